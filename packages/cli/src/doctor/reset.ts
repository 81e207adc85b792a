import type { ResetReport } from '@agent-brain/contract/doctor';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { type ReportedSuspect, sweepOrphans } from '@agent-brain/runtime/orphans';
import { type Environment, homePaths } from '@agent-brain/runtime/project';
import { daemonRange } from './gather-daemon.ts';

/** Ends the orphans of the home; the daemon that holds the lock is left alone. @throws what a sweep throws */
export async function resetOrphans(environment: Environment, signal: AbortSignal): Promise<ResetReport> {
  const range = await daemonRange(environment);
  const { swept, skipped, failed, cleaned, duration_ms } = await sweepOrphans(daemonPaths(homePaths(environment).home), { range, signal });
  return {
    swept: swept.map((one) => ({ ...suspectOf(one), by: one.by })),
    skipped: skipped.flatMap((one) => (one.class === 'safe_auto' ? [] : [{ ...suspectOf(one), class: one.class }])),
    failed: failed.map((one) => ({ ...suspectOf(one), failure: one.failure })),
    cleaned: [...cleaned],
    duration_ms,
  };
}

const suspectOf = ({ pid, port, version, reason }: ReportedSuspect) => ({ pid, port, package_version: version, reason });
