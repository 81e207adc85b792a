import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { generatedPages } from '../pages/pages.ts';
import { brokenCitations, brokenLinks } from '../tidy/links.ts';
import type { Part } from './part.ts';
import { trackedFiles } from './tracked-files.ts';

/**
 * Generated pages equal their tables, links of all pages lead somewhere, and every design page and heading that a
 * source file cites exists.
 */
export const docs: Part = {
  name: 'docs',
  question: 'do the pages tell the truth (npm run docs mends generated ones)',
  minimum: 400,
  async run(root) {
    const pages = trackedFiles(root).filter((file) => file.endsWith('.md') || file === 'llms.txt');
    const stale = Object.entries(await generatedPages(root)).flatMap(([file, text]) => {
      const written = path.join(root, file);
      return existsSync(written) && readFileSync(written, 'utf8') === text ? [] : [`${file}: is not what its table says`];
    });
    const links = pages.map((page) => brokenLinks(root, page));
    // The tests of this check cite headings that do not exist on purpose.
    const sources = trackedFiles(root).filter((file) => /\.(ts|js|lua)$/.test(file) && !file.startsWith('scripts/tidy/'));
    const citations = sources.map((source) => brokenCitations(root, source));
    return {
      findings: [...stale, ...links.flat(), ...citations.flat()],
      seen: links.length + citations.length,
      expected: pages.length + sources.length,
    };
  },
};
