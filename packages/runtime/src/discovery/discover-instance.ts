import {
  type DaemonRecord,
  daemonRecordSchema,
  type DiscoveryPointer,
  type HolderRecord,
  runtimeRecordSchema,
} from '@agent-brain/contract/instances';
import { type DiscoverOptions, type Discovery, lookUntilSettled, prove, type RecordPlace } from './look-until-settled.ts';

/** The lock is held, and the record says that the user daemon of a home holds it. Nothing is proven yet. */
export interface ServedByDaemon {
  state: 'shared';
  pointer: DiscoveryPointer;
  holder: HolderRecord | undefined;
}

/**
 * Finds the instance of a project: record → lock → proof. Changes nothing on disk, signals nobody, and sends no token.
 *
 * @throws AgentBrainError RECORD_UNSUPPORTED_VERSION, when a live holder speaks another language; FILE_UNREADABLE,
 *   STATE_DIR_UNSAFE, LOCK_UNSUPPORTED; the reason of `signal`
 */
export const discoverInstance = (paths: RecordPlace, options: DiscoverOptions = {}): Promise<Discovery | ServedByDaemon> =>
  lookUntilSettled(paths, options, {
    schema: runtimeRecordSchema,
    isStale: (record) => record.mode === 'project',
    judge: async (record, holder, limits) =>
      record.mode === 'shared' ? { state: 'shared', pointer: record, holder } : await prove(record, holder, limits),
  });

/** Finds the user daemon of a home in the same way. @throws as {@link discoverInstance} */
export const discoverDaemon = (paths: RecordPlace, options: DiscoverOptions = {}): Promise<Discovery<DaemonRecord>> =>
  lookUntilSettled(paths, options, { schema: daemonRecordSchema, isStale: () => true, judge: prove });
