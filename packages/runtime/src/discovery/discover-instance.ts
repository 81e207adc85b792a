import { setTimeout as sleep } from 'node:timers/promises';
import { AgentBrainError } from '@agent-brain/contract/errors';
import {
  type Health,
  type HolderRecord,
  type ProjectRuntimeRecord,
  type RuntimeRecord,
  runtimeRecordSchema,
} from '@agent-brain/contract/instances';
import { probeLock, readHolder } from '../locks/index.ts';
import { readRecord, type RecordState } from '../records/index.ts';
import { askHealth } from './ask-health.ts';
import { healthProof, isProofRight, newNonce } from './identity-proof.ts';
import { instanceAddress } from './instance-address.ts';
import type { InstancePaths } from './instance-paths.ts';

/**
 * What serves a project, by the kernel's word first:
 *
 * - lock free → `stopped`; records that lie there are stale.
 * - lock held, no usable record of its holder → `starting`. So look, for a moment, an instance that has removed its
 *   record and is about to unlock, and one whose record was damaged (the holder writes it again).
 * - lock held, record there, proof right → `running`.
 * - lock held, record there, no proof within the timeout → `unresponsive`. While it stops, an instance is silent for as
 *   long as it drains; then it is found `stopped` within the same timeout.
 */
export type Discovery =
  | { state: 'running'; record: ProjectRuntimeRecord; health: Health }
  | { state: 'stopped'; staleRecord: boolean }
  | { state: 'starting'; holder: HolderRecord | undefined }
  | Unresponsive;

export interface Unresponsive {
  state: 'unresponsive';
  /** Of the holder, as the records name it; not verified. */
  pid: number;
  /** What was met instead of a proof, to follow "because": `nobody listens on its port`. */
  reason: string;
  holder: HolderRecord | undefined;
}

export interface DiscoverOptions {
  /** How long a live holder may take to prove itself. Default 10 s (contract: instances): a busy machine is no death. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/**
 * Finds the instance of a project: record → lock → proof. Changes nothing on disk, signals nobody, and sends no token.
 *
 * @throws AgentBrainError RECORD_UNSUPPORTED_VERSION and MODE_UNAVAILABLE, when a live holder speaks another language;
 *   FILE_UNREADABLE, STATE_DIR_UNSAFE, LOCK_UNSUPPORTED; the reason of `signal`
 */
export async function discoverInstance(paths: InstancePaths, options: DiscoverOptions = {}): Promise<Discovery> {
  const deadline = performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  let silent: Unresponsive | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    options.signal?.throwIfAborted();
    const found = await look(paths, deadline, options.signal);
    // The last question is cut short by the deadline; what the one before it met says more.
    if (found.state === 'unresponsive' && !(silent !== undefined && performance.now() >= deadline)) silent = found;
    // An instance that was silent and has no record now is about to unlock, not to start.
    const isSettled = found.state === 'running' || found.state === 'stopped' || silent === undefined;
    if (isSettled) return found;
    if (performance.now() + pauseMs >= deadline) return found.state === 'unresponsive' ? (silent ?? found) : found;
    await sleep(pauseMs, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(() =>
      options.signal?.throwIfAborted(),
    );
  }
}

async function look(paths: InstancePaths, deadline: number, signal: AbortSignal | undefined): Promise<Discovery> {
  const record = await readRecord(paths.runtimeFile, runtimeRecordSchema);
  if (probeLock(paths.lockFile) === 'free') return { state: 'stopped', staleRecord: record.state !== 'missing' && !isPointer(record) };

  const read = await readHolder(paths.lockFile);
  const holder = read.state === 'ok' ? read.value : undefined;
  if (record.state === 'unsupported_version') throw unsupported(paths.runtimeFile, record.version, holder);
  if (record.state !== 'ok') return { state: 'starting', holder };
  if (record.value.mode === 'shared') throw sharedMode(record.value.home);
  if (holder !== undefined && !isOf(holder, record.value)) return { state: 'starting', holder };
  return await prove(record.value, holder, { timeoutMs: deadline - performance.now(), signal });
}

async function prove(
  record: ProjectRuntimeRecord,
  holder: HolderRecord | undefined,
  options: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Discovery> {
  const unresponsive = (reason: string): Unresponsive => ({ state: 'unresponsive', pid: holder?.pid ?? record.pid, reason, holder });
  const address = instanceAddress(record);
  if (address === undefined) return unresponsive(`its record names ${JSON.stringify(record.base_url)}, which is not its own address`);

  const nonce = newNonce();
  const answer = await askHealth(address, nonce, options);
  if ('problem' in answer) return unresponsive(answer.problem);
  const { health } = answer;
  const expected = healthProof(record.token, nonce, record.instance_id, record.port);
  if (health.instance_id !== record.instance_id || !isProofRight(expected, health.proof))
    return unresponsive('another program answers on its port');
  return { state: 'running', record, health };
}

/** Otherwise the record was left by an earlier instance, and the holder has not yet come to publishing its own. */
const isOf = (holder: HolderRecord, record: ProjectRuntimeRecord): boolean =>
  holder.pid === record.pid && holder.process_started_at === record.process_started_at;

const isPointer = (record: RecordState<RuntimeRecord>): boolean => record.state === 'ok' && record.value.mode === 'shared';

const unsupported = (file: string, version: number, holder: HolderRecord | undefined): AgentBrainError =>
  new AgentBrainError('RECORD_UNSUPPORTED_VERSION', `${file} has version ${version} — this program knows version 1`, {
    data: { file, schema_version: version, ...(holder === undefined ? {} : { pid: holder.pid }) },
  });

const sharedMode = (home: string): AgentBrainError =>
  new AgentBrainError('MODE_UNAVAILABLE', `The project is served by the shared daemon of ${home} — this program has project mode only`, {
    hint: 'Update Agent Brain.',
    data: { home },
  });
