import { readBounded } from '../files/index.ts';
import { type ConfigProblem, shown } from './config-problem.ts';
import { parseJson } from './json-text.ts';

/** A configuration file is written by hand. */
const MAX_CONFIG_BYTES = 1024 * 1024;

export type JsonObject = Record<string, unknown>;

export interface ConfigFile {
  /** Empty when there is no file, or none that can be read. */
  content: JsonObject;
  problems: ConfigProblem[];
}

/**
 * Reads a configuration file. A byte order mark is skipped.
 *
 * @param followLinks true for the user's own file only: a clone's link may lead anywhere
 * @throws AgentBrainError FILE_UNREADABLE
 */
export async function readConfigFile(file: string, { followLinks }: { followLinks: boolean }): Promise<ConfigFile> {
  const read = await readBounded(file, { maxBytes: MAX_CONFIG_BYTES, followLinks });
  if (read.state === 'missing') return { content: {}, problems: [] };
  if (read.state === 'refused') return wrong(file, `The configuration ${file} is not used — ${read.reason}`);
  const parsed = parseJson(read.text);
  if ('problem' in parsed)
    return wrong(file, `The configuration ${file} is not JSON — line ${parsed.line}, column ${parsed.column}: ${parsed.problem}`);
  if (isObject(parsed.value)) return { content: parsed.value, problems: [] };
  return wrong(file, `The configuration ${file} must be an object of keys and values — it is ${shown(parsed.value)}`);
}

const wrong = (source: string, message: string): ConfigFile => ({
  content: {},
  problems: [{ code: 'CONFIG_INVALID', source, pointer: '', message }],
});

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
