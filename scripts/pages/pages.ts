import { renderConfigJsonSchema, renderConfigurationPage } from '@agent-brain/runtime/config';
import { commandsPage } from './commands-page.ts';
import { errorsPage } from './errors-page.ts';
import { packagingPage } from './packaging-page.ts';

/** Pages under `docs/` that are made from the tables of the program, by path. */
export async function generatedPages(root: string): Promise<Record<string, string>> {
  return {
    'docs/commands.md': await commandsPage(),
    'docs/configuration.md': renderConfigurationPage(),
    'docs/config.schema.json': renderConfigJsonSchema(),
    'docs/errors.md': errorsPage(),
    'docs/packaging.md': packagingPage(root),
  };
}
