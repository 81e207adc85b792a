import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Files of the two programs that had this one's place: "agent-brain" in Python, and "doc-serve" before it. Both share
 * paths with us (`~/.agent-brain`, `.claude/agent-brain`), so their files are known by their form. They are never
 * changed; docs/coming-from.md says what becomes of each.
 */

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys of their `config.json` that have never been keys of ours. */
const configKeys = ['port_range_start', 'port_range_end', 'auto_port', 'exclude_patterns', 'project_root', 'api_key'];

/** One such key may be a slip of whoever wrote our file by hand; two are their form. */
export const isEarlierConfig = (content: unknown): boolean => isObject(content) && configKeys.filter((key) => key in content).length >= 2;

/** Their registry maps each root to its state directory; ours has a version and a list. */
export function isEarlierRegistry(content: unknown): boolean {
  if (!isObject(content) || 'schema_version' in content || 'entries' in content) return false;
  const entries = Object.entries(content);
  return (
    entries.length > 0 &&
    entries.every(([root, entry]) => path.isAbsolute(root) && isObject(entry) && typeof entry['state_dir'] === 'string')
  );
}

/** Relative to the project root. `.claude/agent-brain` is ours as well; what is in there decides. */
const stateDirs = ['.agent-brain', '.claude/doc-serve'];
const stateFiles = ['config.json', 'config.yaml', 'runtime.json', 'indexed_folders.jsonl', 'data', 'agent-brain.lock', 'doc-serve.lock'];

/** The state directories that an earlier program has left in a project, absolute. Nothing in them is opened. */
export async function earlierStateDirs(root: string): Promise<string[]> {
  const found = await Promise.all(
    stateDirs.map(async (name) => {
      const directory = path.join(root, name);
      const names = await fs.readdir(directory).catch(() => []);
      return names.some((each) => stateFiles.includes(each)) ? [directory] : [];
    }),
  );
  return found.flat();
}
