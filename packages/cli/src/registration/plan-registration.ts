import fs from 'node:fs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { readBounded } from '@agent-brain/runtime/files';
import type { AgentClient, ClientPlace, Scope } from './agent-clients.ts';
import { readDocument, setInDocument, valueAt } from './config-document.ts';
import type { LaunchCommand } from './launch-command.ts';

/** Settings of clients grow (histories live in them), but hardly to this; reading them whole takes fifty times as much memory. */
const MAX_BYTES = 16 * 1024 * 1024;

/** One change to one client's file, not carried out. */
export interface RegistrationPlan {
  readonly client: AgentClient;
  readonly scope: Scope;
  /** Where a link leads, when the file is one: dotfiles are often linked, and stay so. */
  readonly file: string;
  readonly action: 'add' | 'replace' | 'remove' | 'none';
  /** null: there is no file. */
  readonly before: string | null;
  /** Empty: nothing is left, and the file goes. */
  readonly after: string;
  /** Our entry alone: where it stands, what is there and what will be; undefined: nothing. */
  readonly entry: { readonly keys: readonly string[]; readonly before: unknown; readonly after: unknown };
  /** Permission bits of the file; null where there is none. */
  readonly mode: number | null;
}

/** @throws AGENT_CONFIG_INVALID, FILE_UNREADABLE */
export function planInstall(client: AgentClient, scope: Scope, place: ClientPlace, command: LaunchCommand): Promise<RegistrationPlan> {
  return plan(client, scope, place, client.entry(command));
}

/** @throws AGENT_CONFIG_INVALID, FILE_UNREADABLE */
export function planUninstall(client: AgentClient, scope: Scope, place: ClientPlace): Promise<RegistrationPlan> {
  return plan(client, scope, place, undefined);
}

async function plan(client: AgentClient, scope: Scope, place: ClientPlace, entry: unknown): Promise<RegistrationPlan> {
  const file = resolveLinks(client.file(scope, place));
  const found = await readBounded(file, { maxBytes: MAX_BYTES, followLinks: true, keepMark: true });
  if (found.state === 'refused') throw refused(file, found.reason);
  const isLink = fs.lstatSync(client.file(scope, place), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const before = found.state === 'ok' ? found.text : null;
  const mode = found.state === 'ok' ? found.stats.mode & 0o777 : null;
  const document = readDocument(file, client.format, before ?? '');
  const keys = client.entryPath(scope, place, document);
  const present = valueAt(document, keys);
  const edited = before === null && entry === undefined ? '' : setInDocument(file, client.format, before ?? '', keys, entry);
  const isSame = edited === (before ?? '');
  const after = !isSame && !isLink && isEmptyDocument(edited) ? '' : edited;
  if (!isSame && mode !== null && (mode & 0o222) === 0) throw refused(file, 'it is read-only');
  const change = entry === undefined ? 'remove' : present === undefined ? 'add' : 'replace';
  return {
    client,
    scope,
    file,
    action: isSame ? 'none' : change,
    before,
    after,
    entry: { keys, before: present, after: entry },
    mode,
  };
}

const refused = (file: string, reason: string): AgentBrainError =>
  new AgentBrainError('AGENT_CONFIG_INVALID', `${file} cannot be changed — ${reason}`, { data: { file } });

/** What is left of a file that we made: in TOML nothing, in JSON braces. */
const isEmptyDocument = (text: string): boolean => /^\s*(?:\{\s*\}\s*)?$/.test(text);

/** A link that leads nowhere is followed as far as it goes, so that the file comes to be where the link says. */
function resolveLinks(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}
