/** What discovery needs of a project's paths; absolute. */
export interface InstancePaths {
  readonly stateDir: string;
  /** Of the home: one entry for each instance that runs, or has ended without order. */
  readonly instancesDir: string;
  readonly runtimeFile: string;
  /** Held by the instance as long as it lives. */
  readonly lockFile: string;
  readonly holderFile: string;
  readonly pidFile: string;
}
