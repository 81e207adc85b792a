import type { DoctorReport, Finding, ResetReport } from '@agent-brain/contract/doctor';
import { renderFields, type View } from '../render/index.ts';
import { formatBytes, formatCount, printableLine } from '../terminal/index.ts';

/** Sections, then findings with what to do about each. */
export function renderReport(report: DoctorReport, view: View): string {
  const { instance, index, environment } = report;
  const section = (title: string, pairs: [string, string | undefined][]): string =>
    `${view.style('bold', title)}\n${renderFields(pairs, view)}`;
  const parts = [
    ...(report.reset === undefined ? [] : [renderReset(report.reset, view)]),
    instance === null
      ? `${view.style('bold', 'Instance')}\n  outside a project`
      : section('Instance', [
          ['running', yesOrNo(instance.running)],
          ['pid', instance.pid === null ? undefined : String(instance.pid)],
          ['port', instance.port === null ? undefined : String(instance.port)],
          ['version', instance.version === null ? undefined : printableLine(instance.version)],
          ['record', instance.record.replaceAll('_', ' ')],
        ]),
    index === null
      ? `${view.style('bold', 'Index')}\n  not known: only a running instance tells`
      : section('Index', [
          ['documents', formatCount(index.documents)],
          ['chunks', formatCount(index.chunks)],
          ['size', formatBytes(index.bytes)],
          ['generation', String(index.generation)],
        ]),
    renderDaemon(report, view),
    renderOrphans(report, view),
    section('Environment', [
      ['node', `v${environment.node}`],
      ['platform', environment.platform],
      ['git', environment.git ?? (report.undetermined.includes('git') ? 'unknown' : 'not found')],
      ['home', printableLine(environment.home)],
      ['state dir', environment.state_dir === null ? undefined : printableLine(environment.state_dir)],
      [
        'inotify',
        environment.inotify.max_user_watches === null ? undefined : `${formatCount(environment.inotify.max_user_watches)} watches`,
      ],
    ]),
    ...(report.undetermined.length === 0
      ? []
      : [`Not determined in time: ${report.undetermined.join(', ')}. Run it again when the machine is less busy.`]),
    report.findings.length === 0
      ? view.style('green', 'No problems detected.')
      : [view.style('bold', 'Findings & Remediation'), ...report.findings.map((finding) => renderFinding(finding, view))].join('\n'),
  ];
  return parts.join('\n\n');
}

const yesOrNo = (value: boolean | null): string => (value === null ? 'unknown' : value ? 'yes' : 'no');

const means = { request: 'it was asked', SIGTERM: 'by SIGTERM', SIGKILL: 'by SIGKILL', itself: 'it was ending by itself' } as const;

function renderReset({ swept, failed, cleaned }: ResetReport, view: View): string {
  const lines = [
    ...swept.map(({ pid, reason, by }) => `ended pid ${pid}, ${means[by]}: ${printableLine(reason)}`),
    ...failed.map(({ pid, failure }) => `${view.style('red', `pid ${pid} still runs`)}: ${printableLine(failure)}`),
    ...(cleaned.length === 0 ? [] : [`removed ${cleaned.length} ${cleaned.length === 1 ? 'entry' : 'entries'} of daemons that have ended`]),
  ];
  return [view.style('bold', 'Reset'), ...(lines.length === 0 ? ['nothing to end'] : lines).map((line) => `  ${line}`)].join('\n');
}

function renderDaemon({ daemon }: DoctorReport, view: View): string {
  const isSilent = daemon.active === false && daemon.pid !== null;
  const pairs: [string, string | undefined][] = [
    ['running', isSilent ? 'yes, without an answer' : yesOrNo(daemon.active)],
    ['pid', daemon.pid === null ? undefined : String(daemon.pid)],
    ['port', daemon.port === null ? undefined : String(daemon.port)],
    ['version', daemon.package_version === null ? undefined : printableLine(daemon.package_version)],
    ['protocol', daemon.protocol_version === null ? undefined : printableLine(daemon.protocol_version)],
  ];
  return `${view.style('bold', 'Daemon')}\n${renderFields(pairs, view)}`;
}

function renderOrphans({ orphans }: DoctorReport, view: View): string {
  const title = view.style('bold', 'Orphans');
  if (orphans.length === 0) return `${title}\n  none`;
  const lines = orphans.map(({ pid, port, package_version, reason }) => {
    const where = port === null ? '' : `, port ${port}`;
    const version = package_version === null ? '' : `, version ${printableLine(package_version)}`;
    return `  pid ${pid}${where}${version}: ${printableLine(reason)}`;
  });
  return [title, ...lines].join('\n');
}

const marks = { critical: ['red', '✖'], warn: ['yellow', '▲'], info: ['cyan', '●'] } as const;

function renderFinding({ id, severity, summary, remediation }: Finding, view: View): string {
  const [color, mark] = marks[severity];
  const command = remediation.command === null ? [] : [`      ${view.style('cyan', printableLine(remediation.command))}`];
  return [
    `  ${view.style(color, `${mark} ${id} ${severity}`)}  ${printableLine(summary)}`,
    `      ${printableLine(remediation.description)}`,
    ...command,
  ].join('\n');
}
