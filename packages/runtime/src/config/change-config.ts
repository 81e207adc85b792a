import fs from 'node:fs/promises';
import path from 'node:path';
import { type ConfigKeyName, configKeys, type ConfigScope } from '@agent-brain/contract/config';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { isEarlierConfig } from '../earlier-programs/index.ts';
import { ensurePrivateDirectory, writeAtomically } from '../files/index.ts';
import { withLock } from '../locks/index.ts';
import { isObject, type JsonObject, readConfigFile, configError, type ConfigProblem, pointerOf } from '../config-files/index.ts';
import { type IgnoredKey, isKey, noSuchKey } from './config-layer.ts';
import { valueOfText } from './key-text.ts';
import { type LoadConfigOptions, readConfig } from './load-config.ts';

export interface ChangeOptions extends LoadConfigOptions {
  home: { readonly home: string; readonly configFile: string };
  /** Which file is changed. */
  scope: ConfigScope;
  /** Longest wait for another change. Default 10 000. */
  timeoutMs?: number;
}

export interface ConfigChange {
  file: string;
  key: string;
  /** What the file said before; `undefined` when nothing. */
  before: unknown;
  /** What it says now; `undefined` when nothing. */
  value: unknown;
  /** Whether the file was written. */
  changed: boolean;
}

/**
 * Sets a key in the user's or the project's configuration. The file is written only if the configuration as a whole is
 * right afterwards; everything else in it stays.
 *
 * @param text as a person types it: `1500`, `a,b`, `["a","b"]`
 * @throws AgentBrainError CONFIG_KEY_UNKNOWN, CONFIG_INVALID, PROJECT_NOT_INITIALISED, LOCK_TIMEOUT, FILE_UNREADABLE,
 *   STATE_DIR_UNSAFE, STATE_DIR_NOT_WRITABLE, DISK_FULL, FILE_UNWRITABLE
 */
export async function setConfigValue(options: ChangeOptions, key: string, text: string): Promise<ConfigChange> {
  if (!isKey(key)) throw configError([noSuchKey(key)]);
  if (!configKeys[key].scope.some((scope) => scope === options.scope)) throw notInProject(key);
  const value = valueOfText(key, text);
  return await change(options, key, (content) => place(content, key.split('.'), value), ignoreNone);
}

/**
 * Removes a key from the user's or the project's configuration, also one that is unknown or wrong. What else was wrong
 * in the file does not hinder that.
 *
 * @throws as {@link setConfigValue}, except CONFIG_KEY_UNKNOWN
 */
export async function unsetConfigValue(options: ChangeOptions, key: string): Promise<ConfigChange> {
  const known = (await readConfig(options)).problems.map((problem) => problem.message);
  return await change(
    options,
    key,
    (content) => remove(content, key.split('.')),
    (problem) => known.includes(problem.message),
  );
}

function notInProject(key: ConfigKeyName): AgentBrainError {
  const message = `Will not set ${key} in a project's configuration — a clone could bring it along, so it is ignored there`;
  return new AgentBrainError('CONFIG_INVALID', message, {
    hint: `Set ${key} in the configuration of the user.`,
    data: { key },
    errors: [{ pointer: pointerOf(key), message }],
  });
}

const ignoreNone = (): boolean => false;

async function change(
  options: ChangeOptions,
  key: string,
  edit: (content: JsonObject) => unknown,
  isTolerated: (problem: ConfigProblem) => boolean,
): Promise<ConfigChange> {
  const file = await fileOf(options);
  await ensurePrivateDirectory(options.home.home);
  const lockFile = path.join(options.home.home, 'config.lock');
  const lock = { purpose: `change ${file}`, ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }) };
  return await withLock(lockFile, lock, async () => {
    const { content, problems } = await readConfigFile(file, { followLinks: options.scope === 'user' });
    const [unreadable] = problems;
    if (unreadable !== undefined) throw configError([unreadable]);
    if (isEarlierConfig(content)) throw notOurs(file);
    const before = find(content, key.split('.'));
    const edited = structuredClone(content);
    edit(edited);
    await refuseWrong(options, key, edited, isTolerated);
    const changed = JSON.stringify(edited) !== JSON.stringify(content);
    if (changed) await write(file, edited, options.scope);
    return { file, key, before, value: find(edited, key.split('.')), changed };
  });
}

/** The configuration would say something that is never taken from there. */
function raisedLimit({ key, reason }: IgnoredKey): AgentBrainError {
  const message = `Will not set ${key} in a project's configuration — ${reason}`;
  return new AgentBrainError('CONFIG_INVALID', message, {
    hint: `Set ${key} in the configuration of the user: agent-brain config set ${key} VALUE --user`,
    data: { key },
    errors: [{ pointer: pointerOf(key), message }],
  });
}

function notOurs(file: string): AgentBrainError {
  const message = `Will not change ${file} — it belongs to the Python program agent-brain`;
  return new AgentBrainError('CONFIG_INVALID', message, {
    hint: 'Move it away when that program no longer needs it; docs/coming-from.md says what its settings are called here.',
    errors: [{ pointer: '', message }],
  });
}

/** A user may keep the own file elsewhere, behind a link; the link stays. */
async function fileOf({ scope, home, projectConfigFile }: ChangeOptions): Promise<string> {
  if (scope === 'user') return await fs.realpath(home.configFile).catch(() => home.configFile);
  const isThere =
    projectConfigFile !== undefined &&
    (await fs.stat(path.dirname(projectConfigFile)).then(
      () => true,
      () => false,
    ));
  if (isThere) return projectConfigFile;
  throw new AgentBrainError('PROJECT_NOT_INITIALISED', 'Cannot set a key of the project — it has no Agent Brain state yet');
}

async function refuseWrong(
  options: ChangeOptions,
  key: string,
  edited: JsonObject,
  isTolerated: (problem: ConfigProblem) => boolean,
): Promise<void> {
  const { config, problems } = await readConfig(options, { [options.scope]: edited });
  const [first, ...others] = problems.filter((problem) => !isTolerated(problem));
  if (first !== undefined) throw configError([first, ...others]);
  const raised = options.scope === 'project' && isKey(key) ? config.ignored.find((ignored) => ignored.key === key) : undefined;
  if (raised !== undefined) throw raisedLimit(raised);
}

async function write(file: string, content: JsonObject, scope: ConfigScope): Promise<void> {
  const usual = scope === 'project' ? 0o644 : 0o600;
  const mode = await fs.stat(file).then(
    (found) => found.mode & 0o777,
    () => usual,
  );
  await writeAtomically(file, `${JSON.stringify(content, null, 2)}\n`, { mode });
}

function find(content: JsonObject, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), content);
}

function place(content: JsonObject, [step = '', ...deeper]: readonly string[], value: unknown): void {
  if (deeper.length === 0) {
    content[step] = value;
    return;
  }
  const inner = content[step];
  const group = isObject(inner) ? inner : {};
  content[step] = group;
  place(group, deeper, value);
}

/** Takes a group along that has become empty. */
function remove(content: JsonObject, [step = '', ...deeper]: readonly string[]): void {
  const inner = Object.hasOwn(content, step) ? content[step] : undefined;
  if (deeper.length === 0) delete content[step];
  else if (isObject(inner)) {
    remove(inner, deeper);
    if (Object.keys(inner).length === 0) delete content[step];
  }
}
