/** Level, message and facts of a line for the log. */
export type WalkLog = (level: 'debug' | 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;

export interface WalkOptions {
  /** Absolute real path of the project. Globs and ignore files count from here. */
  readonly root: string;
  /** Absolute real path of the directory to walk; outside `root` globs and ignore files count from it instead. */
  readonly folder: string;
  /** Globs (dialect: `globs/`); when any, only matching files are taken. */
  readonly include?: readonly string[] | undefined;
  /** Globs; matching files and directories are left out. */
  readonly exclude?: readonly string[] | undefined;
  /** Language ids or aliases; when any, only these are taken. */
  readonly languages?: readonly string[] | undefined;
  /** Default true; false takes documents only. */
  readonly includeCode?: boolean | undefined;
  /** Default true; false takes only the files that lie in `folder` itself. */
  readonly recursive?: boolean | undefined;
  /** Larger files are skipped. */
  readonly maxFileBytes: number;
  /** Absolute paths that are never entered, such as the state dir. `.claude/agent-brain` never is. */
  readonly stateDir?: string | readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Environment for the question to git about the user's excludes; default that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}
