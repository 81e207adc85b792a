import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Links of a Markdown page that lead nowhere inside the repository: missing files, missing headings. */
export function brokenLinks(root: string, page: string): string[] {
  const text = withoutCode(readFileSync(path.join(root, page), 'utf8'));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/i.test(link))
    .flatMap((link) => {
      const [target = '', heading] = link.split('#');
      const file = target === '' ? path.join(root, page) : path.resolve(root, path.dirname(page), decodeURIComponent(target));
      if (!existsSync(file)) return [`${page}: link to ${link}, which does not exist`];
      if (heading === undefined || heading === '' || !file.endsWith('.md')) return [];
      return headings(file).has(heading) ? [] : [`${page}: link to ${link}, which has no such heading`];
    });
}

/**
 * Citations of a design page in a source file that lead nowhere: `docs/design/<page>.md#<heading>`. A page may also be
 * cited as a whole. Returns one line per broken citation, ready to print.
 */
export function brokenCitations(root: string, source: string): string[] {
  return readFileSync(path.join(root, source), 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/docs\/design\/([\w-]+)\.md(?:#([\w-]+))?/g)].flatMap(([citation, page = '', heading]) => {
        const file = path.join(root, 'docs', 'design', `${page}.md`);
        const leadsSomewhere = existsSync(file) && (heading === undefined || headings(file).has(heading));
        return leadsSomewhere ? [] : [`${source}:${index + 1} cites ${citation}, which does not exist`];
      }),
    );
}

/** Anchors of a page in the form that GitHub gives them. */
function headings(file: string): Set<string> {
  const lines = withoutFences(readFileSync(file, 'utf8')).matchAll(/^#{1,6}\s+(.*)$/gm);
  return new Set([...lines].map((match) => anchor(match[1] ?? '')));
}

export const anchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

const withoutFences = (text: string): string => text.replaceAll(/^```.*?^```/gms, '');

const withoutCode = (text: string): string => withoutFences(text).replaceAll(/`[^`\n]*`/g, '');
