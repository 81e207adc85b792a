/**
 * Where a shell finds values to complete: fixed ones, paths, or what the machine knows at that moment. Absent: whatever
 * the person writes.
 */
export type ValueSource = readonly string[] | 'files' | 'directories' | 'jobs' | 'projects' | 'config-keys' | 'commands';

/** One positional argument. Nothing here is `required` for the parser: a command says better what is missing. */
export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly variadic?: boolean;
  readonly values?: ValueSource;
  /** Words that may stand here as well. */
  readonly words?: readonly string[];
}

export interface OptionSpec {
  /** `-k, --top-k <n>`; angle brackets: takes a value. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** For completion; `choices` need no second list. */
  readonly values?: ValueSource;
  /** Given more than once, the values gather in an array. */
  readonly repeatable?: boolean;
  /** Turns the text into the value. @throws ARGUMENT_INVALID */
  readonly parse?: (text: string) => unknown;
}

export interface ExampleSpec {
  /** Without the program's name. */
  readonly line: string;
  readonly does: string;
}

/** What a command takes. Help, parser and documentation come from it. */
export interface CommandSpec {
  readonly description: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly ExampleSpec[];
  /** Paragraphs below the options. */
  readonly notes?: readonly string[];
}

export const commandGroups = ['Set up', 'Run', 'Search', 'Maintain', 'Learn more'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** A command before it is loaded: enough for the parser to find it and for the list in the root help. */
export interface CommandEntry<Loaded extends { readonly spec: CommandSpec }> {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  /** Works, but is not shown in the list. */
  readonly hidden?: boolean;
  readonly load: () => Promise<Loaded>;
}

/** Options that every command takes, before or after its name. */
export const globalOptions: readonly OptionSpec[] = [
  {
    flags: '--project <dir>',
    description: 'Project to work on, instead of the one around the current directory',
    values: 'projects',
  },
  { flags: '--json', description: 'Print the result as one JSON document; errors as one on stderr' },
  { flags: '--no-color', description: 'No colour (NO_COLOR and FORCE_COLOR are honoured as well)' },
  { flags: '--no-pager', description: 'Print long output as it is, without $PAGER' },
  { flags: '-q, --quiet', description: 'Nothing but the result and errors' },
  { flags: '-v, --verbose', description: 'More detail; causes and traces of errors' },
  { flags: '-h, --help', description: 'Show the help of the command' },
];

export interface GlobalOptions {
  readonly project: string | undefined;
  readonly json: boolean;
  readonly color: boolean;
  readonly pager: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}
