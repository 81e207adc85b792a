import { errorsPage } from './errors-page.ts';
import { packagingPage } from './packaging-page.ts';

/** Pages under `docs/` that are made from the tables of the program, by path. */
export function generatedPages(root: string): Record<string, string> {
  return {
    'docs/errors.md': errorsPage(),
    'docs/packaging.md': packagingPage(root),
  };
}
