import type { Finding } from '@agent-brain/contract/doctor';
import type { AgentBrainError } from '@agent-brain/contract/errors';
import type { Status } from '@agent-brain/contract/status';
import type { InstanceState, ProjectLocation } from '@agent-brain/client/discovery';

/** A directory or file of ours as it stands on disk; links are not followed. */
export interface PlaceFact {
  readonly path: string;
  readonly what: string;
  readonly isLink: boolean;
  readonly isDirectory: boolean;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
}

export interface VolumeFact {
  readonly path: string;
  readonly what: string;
  readonly isWritable: boolean;
  readonly freeBytes: number;
  /** Name of the network file system; null for a local one. */
  readonly network: string | null;
}

/** What the doctor has seen. It looks only; what could not be seen stands in `failures`. */
export interface Facts {
  readonly node: string;
  readonly platform: string;
  readonly uid: number;
  /** Version of git; null when there is none. */
  readonly git: string | null;
  readonly home: string;
  readonly inotify: { readonly max_user_watches: number | null; readonly max_user_instances: number | null };
  /** null outside a project. */
  readonly location: ProjectLocation | null;
  /** Why there is no project. */
  readonly locationError: AgentBrainError | null;
  readonly record: 'ok' | 'missing' | 'corrupt' | 'unsupported_version';
  readonly instance: InstanceState;
  readonly status: Status | null;
  /** What the project's configuration asked for and did not get. */
  readonly ignoredKeys: readonly { readonly key: string; readonly file: string; readonly reason: string }[];
  readonly configError: AgentBrainError | null;
  /** Names of folders in which foreign state was set aside. */
  readonly setAside: readonly string[];
  /** The state dir has an id that the registry does not know. */
  readonly isForeign: boolean;
  readonly places: readonly PlaceFact[];
  readonly volumes: readonly VolumeFact[];
  /** Looks that failed, each a sentence. */
  readonly failures: readonly string[];
}

/** One thing that can be wrong. */
export interface Check {
  readonly name: string;
  readonly run: (facts: Facts) => Finding[];
}
