import type { Environment } from '@agent-brain/runtime/project';
import type { CommandSpec, GlobalOptions } from '../command-line/index.ts';
import type { View } from '../render/index.ts';
import type { Terminal } from '../terminal/index.ts';

/** One call of a command: what was asked, and the world it acts in. */
export interface Call {
  readonly args: readonly string[];
  /** By camel-case name, as the spec parses them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly globals: GlobalOptions;
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** Absolute path of the program that runs, for starting servers of the same installation. */
  readonly program: string;
  /** Aborted by Ctrl-C and by termination. */
  readonly signal: AbortSignal;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  readonly now: () => Date;
}

/** What a command found out or did. */
export interface Outcome<Data> {
  /** What `--json` prints in `data`. */
  readonly data: Data;
  /** Where success is not 0. */
  readonly exitCode?: number;
  /** Absolute directory that relative paths in the data are relative to. */
  readonly base?: string;
  /** Goes on after the result is printed (a server in the foreground); gives the exit code. */
  readonly after?: () => Promise<number>;
}

/** A command returns data and prints nothing but notes; one place prints and one place exits. */
export interface Command<Data = unknown> {
  readonly spec: CommandSpec;
  /** undefined: it has streamed its result itself. */
  run(call: Call): Promise<Outcome<Data> | undefined>;
  /** The result for a person; every name and text made printable. */
  render(data: Data, view: View): string;
}
