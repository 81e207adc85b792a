import type { Finding } from '@agent-brain/contract/doctor';
import type { AgentBrainError } from '@agent-brain/contract/errors';
import type { Status } from '@agent-brain/contract/status';
import type { InstanceState, ProjectLocation } from '@agent-brain/client/discovery';
import type { DaemonRecord } from '@agent-brain/contract/instances';
import type { ReportedSuspect } from '@agent-brain/runtime/orphans';

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

/** Could not be determined in time: the machine is busy, or somebody is silent. Nothing follows from it. */
export interface Unknown {
  readonly state: 'unknown';
}

/** The user daemon of the home, by record, lock and proof. */
export type DaemonFact =
  | Unknown
  | { readonly state: 'running'; readonly record: DaemonRecord }
  | { readonly state: 'stopped'; readonly staleRecord: boolean }
  /** `sinceS`: how long it has held its lock, by the clock. */
  | { readonly state: 'starting'; readonly pid: number | null; readonly sinceS: number | null }
  | { readonly state: 'unresponsive'; readonly pid: number | null; readonly reason: string };

/** What the doctor has seen. It looks only; what could not be seen stands in `failures`. */
export interface Facts {
  readonly node: string;
  readonly platform: string;
  readonly uid: number;
  /** Version of git; null when there is none. */
  readonly git: string | null | Unknown;
  readonly home: string;
  readonly inotify: { readonly max_user_watches: number | null; readonly max_user_instances: number | null };
  /** null outside a project. */
  readonly location: ProjectLocation | null;
  /** Why there is no project. */
  readonly locationError: AgentBrainError | null;
  readonly record: 'ok' | 'missing' | 'corrupt' | 'unsupported_version' | 'unknown';
  readonly instance: InstanceState | Unknown;
  readonly status: Status | null;
  readonly daemon: DaemonFact;
  readonly daemonFiles: { readonly runtimeFile: string; readonly logFile: string };
  /** Why a daemon should run, to follow "because"; null when nothing asks for one. */
  readonly daemonExpected: string | null;
  /** Daemons that have lost their lock, and what may be one; not who is never touched. */
  readonly orphans: readonly ReportedSuspect[];
  /** The home whose daemon serves this project, as its discovery pointer says; null without one, or when `record` is unknown. */
  readonly pointerHome: string | null;
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
  /** Looks that had no result in time, by their subject. */
  readonly undetermined: readonly string[];
}

/** One thing that can be wrong. */
export interface Check {
  readonly name: string;
  readonly run: (facts: Facts) => Finding[];
}
