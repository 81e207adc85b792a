import type { AgentClient, ClientPlace, Scope } from './agent-clients.ts';
import { setInDocument } from './config-document.ts';
import type { LaunchCommand } from './launch-command.ts';

/** The entry alone, as it would stand in an empty file of the client. */
export function snippetOf(client: AgentClient, scope: Scope, place: ClientPlace, command: LaunchCommand): string {
  const keys = client.entryPath(scope, place, {});
  return setInDocument(client.title, client.format, '', keys, client.entry(command)).trim();
}
