import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { generatedPages } from '../pages/pages.ts';
import { brokenLinks } from '../tidy/links.ts';
import type { Part } from './part.ts';
import { trackedFiles } from './tracked-files.ts';

/** Generated pages are what their tables say, and links of all pages lead somewhere. */
export const docs: Part = {
  name: 'docs',
  question: 'do the pages tell the truth (npm run docs mends generated ones)',
  minimum: 12,
  async run(root) {
    const pages = trackedFiles(root).filter((file) => file.endsWith('.md') || file === 'llms.txt');
    const stale = Object.entries(await generatedPages(root)).flatMap(([file, text]) => {
      const written = path.join(root, file);
      return existsSync(written) && readFileSync(written, 'utf8') === text ? [] : [`${file}: is not what its table says`];
    });
    const links = pages.map((page) => brokenLinks(root, page));
    return { findings: [...stale, ...links.flat()], seen: links.length, expected: pages.length };
  },
};
