import { loadDaemonConfig, type LoadedDaemonConfig } from '@agent-brain/runtime/config';
import { type DaemonPaths, daemonPaths } from '@agent-brain/runtime/daemon';
import { discoverDaemon } from '@agent-brain/runtime/discovery';
import { daemonConfigSchema } from '@agent-brain/contract/config';
import { findOrphans, type PortRange, reported, type ReportedSuspect } from '@agent-brain/runtime/orphans';
import { type Environment, homePaths } from '@agent-brain/runtime/project';
import { judgeSilence, type Load } from './busy-machine.ts';
import type { DaemonFact, Facts } from './facts.ts';

/** A look that may fail: then `fallback` stands in its place, and the failure in the report. */
export type Attempt = <T>(what: string, fallback: T, look: () => Promise<T>, withinMs?: number) => Promise<T>;

const lookMs = 1_000;
/** What takes most of a second when somebody is silent gets some more, for a busy machine. */
export const slowLookMs = 2_500;

/** Looks at everything that belongs to the user daemon. Changes nothing, sends no token. */
export async function lookAtShared(
  { environment, signal, load }: { environment: Environment; signal: AbortSignal; load?: Load },
  attempt: Attempt,
): Promise<Pick<Facts, 'daemon' | 'daemonFiles' | 'orphans'>> {
  const paths = daemonPaths(homePaths(environment).home);
  const unknown: DaemonFact = { state: 'unknown' };
  const [daemon, orphans] = await Promise.all([
    attempt('the daemon', unknown, () => lookAtDaemon(paths, { timeoutMs: lookMs, signal }, load), slowLookMs),
    attempt('orphans', [], async () => await lookForOrphans(paths, await daemonRange(environment), signal), slowLookMs),
  ]);
  return { daemon, daemonFiles: paths, orphans };
}

/** By record, lock and proof. */
async function lookAtDaemon(
  paths: DaemonPaths,
  options: { timeoutMs: number; signal: AbortSignal },
  load: Load | undefined,
): Promise<DaemonFact> {
  const found = await discoverDaemon(paths, options);
  if (found.state === 'running') return { state: 'running', record: found.record };
  if (found.state === 'starting') {
    const { holder } = found;
    const sinceS = holder === undefined ? null : Math.max(0, Math.round((Date.now() - Date.parse(holder.acquired_at)) / 1000));
    return { state: 'starting', pid: holder?.pid ?? null, sinceS };
  }
  if (found.state === 'unresponsive' && found.isSilent === true) await judgeSilence(found.pid, load);
  return found.state === 'unresponsive' ? { state: 'unresponsive', pid: found.pid, reason: found.reason } : found;
}

/** Daemons that have lost their lock, and those of whom it is not known; whoever is never touched is nobody's problem. */
async function lookForOrphans(paths: DaemonPaths, range: PortRange, signal: AbortSignal): Promise<ReportedSuspect[]> {
  const { judged } = await findOrphans(paths, { range, signal });
  return judged.filter(({ verdict }) => verdict.class !== 'never_touch').map(reported);
}

/** Where daemons listen; the default range when the configuration cannot be read, which has a finding of its own. */
export async function daemonRange(environment: Environment): Promise<PortRange> {
  const { bind_host, port, port_range } =
    (await readDaemonConfig(environment).catch(() => undefined))?.values ?? daemonConfigSchema.parse({});
  return { host: bind_host, port, count: port_range };
}

export function readDaemonConfig(environment: Environment): Promise<LoadedDaemonConfig> {
  const home = homePaths(environment);
  return loadDaemonConfig({
    configFile: daemonPaths(home.home).configFile,
    userConfigFile: home.configFile,
    env: environment.env,
  });
}
