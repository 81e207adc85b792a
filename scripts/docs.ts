import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedPages } from './pages/pages.ts';

/** Writes the pages that are made from the program's own tables: `npm run docs`. */
const root = path.resolve(import.meta.dirname, '..');
for (const [file, text] of Object.entries(await generatedPages(root))) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  console.log(file);
}
