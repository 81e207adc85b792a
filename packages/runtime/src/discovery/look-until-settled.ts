import { setTimeout as sleep } from 'node:timers/promises';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { DaemonRecord, Health, HolderRecord, ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import { askHealth } from './ask-health.ts';
import { healthProof, isProofRight, newNonce } from './identity-proof.ts';
import { instanceAddress } from './instance-address.ts';

/** Where a process says how it is reached, and what it holds as long as it lives; absolute. */
export interface RecordPlace {
  readonly runtimeFile: string;
  readonly lockFile: string;
}

/** A record whose owner can be asked to prove itself. */
type ProvableRecord = ProjectRuntimeRecord | DaemonRecord;

/**
 * Who serves, by the kernel's word first:
 *
 * - lock free → `stopped`; records that lie there are stale.
 * - lock held, no usable record of its holder → `starting`. So look, for a moment, an instance that has removed its
 *   record and is about to unlock, and one whose record was damaged (the holder writes it again).
 * - lock held, record there, proof right → `running`.
 * - lock held, record there, no proof within the timeout → `unresponsive`. While it stops, an instance is silent for as
 *   long as it drains; then it is found `stopped` within the same timeout.
 */
export type Discovery<Record extends ProvableRecord = ProjectRuntimeRecord> =
  | { state: 'running'; record: Record; health: Health }
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
  /** It was asked and gave no answer in time: it may merely be slow. */
  isSilent?: true;
  /** Another look would find the same. */
  isSettled?: true;
}

export interface DiscoverOptions {
  /** Time a live holder has to prove its identity. Default 10 s (docs/design/instances.md#one-list-of-steps). */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Limits {
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

export type Unproven = Exclude<Discovery, { state: 'running' }>;

/** Looks again as long as a holder is silent that may yet speak, or end. */
export async function lookUntilSettled<Found extends { state: string }>(
  options: DiscoverOptions,
  look: (limits: Limits) => Promise<Found | Unproven>,
): Promise<Found | Unproven> {
  const deadline = performance.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  let silent: Found | Unproven | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    options.signal?.throwIfAborted();
    const found = await look({ timeoutMs: deadline - performance.now(), signal: options.signal });
    // The last question is cut short by the deadline; what the one before it met says more.
    if (found.state === 'unresponsive' && !(silent !== undefined && performance.now() >= deadline)) silent = found;
    // An instance that was silent and has no record now is about to unlock, not to start.
    const isWaitedFor = (found.state === 'unresponsive' && !isSettled(found)) || (found.state === 'starting' && silent !== undefined);
    if (!isWaitedFor) return found;
    if (performance.now() + pauseMs >= deadline) return found.state === 'unresponsive' ? (silent ?? found) : found;
    await sleep(pauseMs, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(() =>
      options.signal?.throwIfAborted(),
    );
  }
}

const isSettled = (found: { state: string }): boolean => 'isSettled' in found && found.isSettled === true;

/** Asks the owner of a record whether it is who the record says. */
export async function prove<Record extends ProvableRecord>(
  record: Record,
  holder: HolderRecord | undefined,
  limits: Limits,
): Promise<Discovery<Record>> {
  if (holder !== undefined && !isOf(holder, record)) return { state: 'starting', holder };
  const unresponsive = (reason: string): Unresponsive => ({ state: 'unresponsive', pid: holder?.pid ?? record.pid, reason, holder });
  const address = instanceAddress(record);
  if (address === undefined) return unresponsive(`its record names ${JSON.stringify(record.base_url)}, which is not its own address`);

  const nonce = newNonce();
  const answer = await askHealth(address, nonce, limits);
  if ('problem' in answer) return { ...unresponsive(answer.problem), ...(answer.met === 'silence' ? { isSilent: true } : {}) };
  const { health } = answer;
  const expected = healthProof(record.token, nonce, record.instance_id, record.port);
  if (health.instance_id !== record.instance_id || !isProofRight(expected, health.proof))
    return unresponsive('another program answers on its port');
  return { state: 'running', record, health };
}

/** Otherwise the record was left by an earlier instance, and the holder has not yet come to publishing its own. */
export const isOf = (holder: HolderRecord, record: Pick<ProvableRecord, 'pid' | 'process_started_at'>): boolean =>
  holder.pid === record.pid && holder.process_started_at === record.process_started_at;

export const unsupported = (file: string, version: number, holder: HolderRecord | undefined): AgentBrainError =>
  new AgentBrainError('RECORD_UNSUPPORTED_VERSION', `${file} has version ${version} — this program knows version 1`, {
    data: { file, schema_version: version, ...(holder === undefined ? {} : { pid: holder.pid }) },
  });
