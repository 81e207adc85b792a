import type { Finding } from '@agent-brain/contract/doctor';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import type { ReportedSuspect } from '@agent-brain/runtime/orphans';
import type { Check, DaemonFact, Facts } from './facts.ts';
import { finding } from './finding.ts';

/** What can be wrong with the user daemon of a home, and with those that were it once. */
export const daemonChecks: readonly Check[] = [
  { name: 'unresponsive daemon', run: unresponsiveDaemon },
  { name: 'orphans', run: orphans },
  { name: 'version of the daemon', run: daemonVersion },
  { name: 'expected daemon', run: expectedDaemon },
  { name: 'record of the daemon', run: staleDaemonRecord },
  { name: 'home of the daemon', run: daemonHome },
];

function unresponsiveDaemon({ daemon, daemonFiles }: Facts): Finding[] {
  if (!isSilent(daemon)) return [];
  const who = daemon.pid === null ? 'The user daemon' : `The user daemon (pid ${daemon.pid})`;
  const reason = daemon.state === 'unresponsive' ? daemon.reason : `it has been starting for ${daemon.sinceS} s`;
  return [
    finding(
      'F-015',
      'critical',
      `${who} holds its lock but proves nothing: ${reason}`,
      'agent-brain doctor --terminate-holder',
      `Look into ${daemonFiles.logFile} first; then end the process. The next command starts a new one.`,
    ),
  ];
}

/** A start takes seconds. */
const longStartS = 60;

/** It holds its lock and gives no sign of life. */
export const isSilent = (daemon: DaemonFact): daemon is Extract<DaemonFact, { state: 'unresponsive' | 'starting' }> =>
  daemon.state === 'unresponsive' || (daemon.state === 'starting' && daemon.sinceS !== null && daemon.sinceS >= longStartS);

function orphans(facts: Facts): Finding[] {
  const [swept, asked] = (['safe_auto', 'operator_required'] as const).map((kind) =>
    facts.orphans.filter((orphan) => orphan.class === kind && orphan.pid !== null),
  ) as [ReportedSuspect[], ReportedSuspect[]];
  const found: Finding[] = [];
  if (swept.length > 0) {
    const summary = `${swept.length === 1 ? 'A daemon has lost its lock and still runs' : `${swept.length} daemons have lost their lock and still run`}: ${listed(swept)}`;
    found.push(finding('F-002', 'warn', summary, 'agent-brain doctor --reset', 'Ends them; the daemon that holds the lock is left alone.'));
  }
  for (const orphan of asked) {
    const summary = `Process ${orphan.pid} may be a daemon that has lost its lock: ${orphan.reason}`;
    found.push(
      finding(
        'F-002',
        'warn',
        summary,
        `ps -fp ${orphan.pid}`,
        'It is left alone by --reset. Look at it; if nobody needs it, end it by hand.',
      ),
    );
  }
  return found;
}

const listed = (suspects: readonly ReportedSuspect[]): string => suspects.map(({ pid, reason }) => `pid ${pid} (${reason})`).join(', ');

function daemonVersion({ daemon }: Facts): Finding[] {
  if (daemon.state !== 'running' || daemon.record.version === PRODUCT_VERSION) return [];
  return [
    finding(
      'F-004',
      'warn',
      `The user daemon has version ${daemon.record.version}, this program ${PRODUCT_VERSION}`,
      'agent-brain restart --mode shared',
      'Starts the daemon with the version of this program.',
    ),
  ];
}

function expectedDaemon({ daemon, daemonExpected }: Facts): Finding[] {
  if (daemon.state !== 'stopped' || daemonExpected === null) return [];
  const description = 'Nothing is lost: `agent-brain start`, or the next command that starts instances, brings it back.';
  return [finding('F-005', 'info', `The user daemon does not run, and ${daemonExpected}`, 'agent-brain start --mode shared', description)];
}

function staleDaemonRecord({ daemon, daemonFiles }: Facts): Finding[] {
  if (daemon.state !== 'stopped' || !daemon.staleRecord) return [];
  const summary = `The runtime record ${daemonFiles.runtimeFile} is stale: no daemon holds the lock`;
  return [finding('F-101', 'info', summary, 'agent-brain start --mode shared', 'The next start replaces it.')];
}

function daemonHome({ pointerHome, home }: Facts): Finding[] {
  if (pointerHome === null || pointerHome === home) return [];
  return [
    finding(
      'F-014',
      'warn',
      `This project is served by the daemon of ${pointerHome}, and this program works with the home ${home}`,
      null,
      'Set AGENT_BRAIN_HOME to the one you mean, the same for every program.',
    ),
  ];
}
