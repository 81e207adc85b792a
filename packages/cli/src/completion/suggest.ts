import type { CommandSpec, OptionSpec, ValueSource } from '../command-line/index.ts';

export interface Suggestion {
  readonly value: string;
  readonly description: string;
}

/** What the shell shows: our words, and names of files or folders when those may stand here as well. */
export interface Suggestions {
  readonly words: readonly Suggestion[];
  readonly paths: 'files' | 'directories' | 'none';
}

export interface CompletionWorld {
  readonly globalOptions: readonly OptionSpec[];
  /** Name and summary of the commands that are shown. */
  readonly commands: readonly Suggestion[];
  /** undefined for a name that is none. */
  specOf(command: string): Promise<CommandSpec | undefined>;
  valuesOf(source: Exclude<ValueSource, readonly string[]>): Promise<readonly Suggestion[]>;
}

const nothing: Suggestions = { words: [], paths: 'none' };

/**
 * What may stand in place of the last word.
 * @param words behind the program's name; the last one is being written and may be empty
 */
export async function suggest(words: readonly string[], world: CompletionWorld): Promise<Suggestions> {
  const line = await readLine(joinAssignments(words), world);
  if (line.isLiteral) return { words: [], paths: 'files' };
  const suggestions = await suggestFor(line, world);
  const fitting = suggestions.words.filter(({ value }) => value.startsWith(line.current) && value !== '');
  return { words: fitting, paths: suggestions.paths };
}

interface Line {
  readonly current: string;
  readonly spec: CommandSpec | undefined;
  readonly command: string | undefined;
  /** Option that waits for its value. */
  readonly pending: OptionSpec | undefined;
  readonly given: ReadonlySet<OptionSpec>;
  readonly positionals: number;
  /** Behind `--`. */
  readonly isLiteral: boolean;
}

async function readLine(words: readonly string[], world: CompletionWorld): Promise<Line> {
  let spec: CommandSpec | undefined;
  let command: string | undefined;
  let pending: OptionSpec | undefined;
  let positionals = 0;
  const given = new Set<OptionSpec>();
  const current = words.at(-1) ?? '';
  for (const word of words.slice(0, -1)) {
    if (pending !== undefined) pending = undefined;
    else if (word === '--') return { current, spec, command, pending, given, positionals, isLiteral: true };
    else if (word.startsWith('-') && word !== '-') {
      const option = findOption(word.split('=', 1)[0] as string, [...world.globalOptions, ...(spec?.options ?? [])]);
      if (option !== undefined) given.add(option);
      if (option !== undefined && takesValue(option) && !word.includes('=')) pending = option;
    } else if (command === undefined) spec = await world.specOf((command = word));
    else positionals += 1;
  }
  return { current, spec, command, pending, given, positionals, isLiteral: false };
}

async function suggestFor(line: Line, world: CompletionWorld): Promise<Suggestions> {
  const options = [...(line.spec?.options ?? []), ...world.globalOptions];
  if (line.pending !== undefined) return await valuesOf(line.pending.choices ?? line.pending.values, world);
  const [flag, ...rest] = line.current.split('=');
  const assigned = rest.length > 0 ? findOption(flag as string, options) : undefined;
  if (assigned !== undefined) {
    const { words } = await valuesOf(assigned.choices ?? assigned.values, world);
    return { words: words.map(({ value, description }) => ({ value: `${flag}=${value}`, description })), paths: 'none' };
  }
  if (line.current.startsWith('-')) {
    const open = options.filter((option) => option.repeatable === true || !line.given.has(option));
    return { words: open.map((option) => ({ value: longName(option), description: option.description })), paths: 'none' };
  }
  if (line.command === undefined) return { words: world.commands, paths: 'none' };
  const { arguments: positional = [] } = line.spec ?? {};
  const last = positional.at(-1);
  const argument = positional[line.positionals] ?? (last?.variadic === true ? last : undefined);
  const { words, paths } = await valuesOf(argument?.values, world);
  return { words: [...(argument?.words ?? []).map((value) => ({ value, description: '' })), ...words], paths };
}

async function valuesOf(source: ValueSource | undefined, world: CompletionWorld): Promise<Suggestions> {
  if (source === undefined) return nothing;
  if (typeof source !== 'string') return { words: source.map((value) => ({ value, description: '' })), paths: 'none' };
  const paths = source === 'files' ? 'files' : source === 'directories' || source === 'projects' ? 'directories' : 'none';
  return { words: await world.valuesOf(source), paths };
}

const findOption = (flag: string, options: readonly OptionSpec[]): OptionSpec | undefined =>
  options.find(({ flags }) =>
    flags
      .split(', ')
      .map((written) => written.split(' ')[0])
      .includes(flag),
  );

const longName = ({ flags }: OptionSpec): string => flags.split(', ').at(-1)?.split(' ')[0] ?? flags;

/** `--cancel [id]` may have one. */
const takesValue = ({ flags }: OptionSpec): boolean => /[<[]/.test(flags);

/** bash takes `--mode=bm25` apart at the sign. */
function joinAssignments(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before?.startsWith('--') === true && (word === '=' || before.endsWith('='))) joined[joined.length - 1] = before + word;
    else joined.push(word);
  }
  return joined;
}
