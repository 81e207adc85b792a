import { renderConfigJsonSchema, renderConfigurationPage } from '@agent-brain/runtime/config';
import { commandsPage } from './commands-page.ts';
import { discoveryReference } from './discovery-reference.ts';
import { errorsPage } from './errors-page.ts';
import { llmsPage } from './llms-page.ts';
import { mcpPage } from './mcp-page.ts';
import { packagingPage } from './packaging-page.ts';

/** Pages that are made from the tables of the program or from another page, by path. */
export async function generatedPages(root: string): Promise<Record<string, string>> {
  return {
    'docs/commands.md': await commandsPage(),
    'docs/configuration.md': renderConfigurationPage(),
    'docs/config.schema.json': renderConfigJsonSchema(),
    'docs/errors.md': errorsPage(),
    'docs/mcp.md': mcpPage(),
    'docs/packaging.md': packagingPage(root),
    'llms.txt': llmsPage(),
    'plugins/claude-code/skills/agent-brain/references/discovery.md': discoveryReference(root),
  };
}
