/** What discovery needs of a project's paths; absolute. */
export interface InstancePaths {
  readonly stateDir: string;
  readonly runtimeFile: string;
  /** Held by the instance as long as it lives. */
  readonly lockFile: string;
  readonly holderFile: string;
  readonly pidFile: string;
}
