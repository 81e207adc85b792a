import type { DoctorReport, Finding } from '@agent-brain/contract/doctor';
import { checks } from './checks.ts';
import type { DaemonFact, Facts } from './facts.ts';

export interface Examination {
  readonly report: DoctorReport;
  /** Checks and looks that failed, each a sentence. The report is partial then. */
  readonly failures: readonly string[];
  /** 0 nothing critical, 1 a critical finding, 2 the doctor itself failed (docs/design/doctor.md#exit-codes). */
  readonly exitCode: 0 | 1 | 2;
}

/** The report over what was seen. Pure: the same facts give the same report. */
export function examine(facts: Facts, now: Date): Examination {
  const findings: Finding[] = [];
  const failures = [...facts.failures];
  for (const check of checks) {
    try {
      findings.push(...check.run(facts));
    } catch (error) {
      failures.push(`The check "${check.name}" failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const hasCritical = findings.some(({ severity }) => severity === 'critical');
  const report: DoctorReport = { schema_version: 1, generated_at: now.toISOString(), ...sections(facts), findings: byWeight(findings) };
  return { report, failures, exitCode: failures.length > 0 ? 2 : hasCritical ? 1 : 0 };
}

const weights = { critical: 0, warn: 1, info: 2 } as const;

const byWeight = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => weights[a.severity] - weights[b.severity] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

function sections(facts: Facts): Omit<DoctorReport, 'schema_version' | 'generated_at' | 'findings'> {
  const { instance: found, status, location } = facts;
  const running = found.state === 'running' ? found.instance : undefined;
  return {
    instance:
      location === null
        ? null
        : {
            running: found.state === 'unknown' ? null : running !== undefined,
            mode: running?.mode ?? null,
            pid: running?.pid ?? (found.state === 'unresponsive' ? found.pid : null),
            port: running?.port ?? null,
            version: running?.version ?? null,
            record: facts.record === 'ok' && found.state === 'stopped' ? 'stale' : facts.record,
          },
    index:
      status === null
        ? null
        : {
            documents: status.total_documents,
            chunks: status.total_chunks,
            bytes: status.index.bytes,
            format: null,
            generation: status.index.generation,
            stale_files: null,
          },
    daemon: daemonSection(facts.daemon),
    orphans: facts.orphans.flatMap(({ pid, port, version, class: kind, reason }) =>
      pid === null || kind === 'never_touch' ? [] : [{ pid, port, package_version: version, class: kind, reason }],
    ),
    environment: {
      node: facts.node,
      platform: facts.platform,
      git: typeof facts.git === 'string' ? facts.git : null,
      home: facts.home,
      state_dir: location?.paths.stateDir ?? null,
      inotify: { ...facts.inotify },
    },
    undetermined: [...facts.undetermined],
  };
}

function daemonSection(daemon: DaemonFact): DoctorReport['daemon'] {
  if (daemon.state === 'running') {
    const { pid, port, version, protocol_version } = daemon.record;
    return { active: true, pid, port, package_version: version, protocol_version };
  }
  if (daemon.state === 'unknown') return { active: null, pid: null, port: null, package_version: null, protocol_version: null };
  const pid = daemon.state === 'stopped' ? null : daemon.pid;
  return { active: false, pid, port: null, package_version: null, protocol_version: null };
}
