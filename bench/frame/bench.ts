/** One thing that is measured: does it once and returns how long that took, in milliseconds. */
export type Sample = () => Promise<number>;

export interface Prepared {
  /** By the row's name in the table. */
  readonly samples: Readonly<Record<string, Sample>>;
  /** Takes down what the preparation built. */
  finish(): Promise<void>;
}

export interface Bench {
  readonly name: string;
  /** What is timed, from what to what; printed above the table. */
  readonly what: string;
  /** The yardstick, measured in every round beside the samples. */
  readonly reference: { readonly name: string; readonly sample: Sample };
  /** Measured rounds; one more round before them warms up and is thrown away. */
  readonly rounds: number;
  /** By the row's name: the highest ratio to the reference that is promised. A run in which one is exceeded fails. */
  readonly promises?: Readonly<Record<string, number>>;
  prepare(world: World): Promise<Prepared>;
}

/** What a bench may build on. */
export interface World {
  /** Absolute path of the staged package's `bin/agent-brain.js`. */
  readonly program: string;
  /** Root of this repository. */
  readonly repository: string;
  /** An empty folder of the bench's own. */
  readonly folder: string;
  /** Environment for every process of the bench: a home of its own, no colour. */
  readonly env: NodeJS.ProcessEnv;
}
