import type { DoctorReport, Finding } from '@agent-brain/contract/doctor';
import { renderFields, type View } from '../render/index.ts';
import { formatBytes, formatCount, printableLine } from '../terminal/index.ts';

/** Sections, then findings with what to do about each. */
export function renderReport(report: DoctorReport, view: View): string {
  const { instance, index, environment } = report;
  const section = (title: string, pairs: [string, string | undefined][]): string =>
    `${view.style('bold', title)}\n${renderFields(pairs, view)}`;
  const parts = [
    instance === null
      ? `${view.style('bold', 'Instance')}\n  outside a project`
      : section('Instance', [
          ['running', instance.running ? 'yes' : 'no'],
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
    section('Environment', [
      ['node', `v${environment.node}`],
      ['platform', environment.platform],
      ['git', environment.git ?? 'not found'],
      ['home', printableLine(environment.home)],
      ['state dir', environment.state_dir === null ? undefined : printableLine(environment.state_dir)],
      [
        'inotify',
        environment.inotify.max_user_watches === null ? undefined : `${formatCount(environment.inotify.max_user_watches)} watches`,
      ],
    ]),
    report.findings.length === 0
      ? view.style('green', 'No problems detected.')
      : [view.style('bold', 'Findings & Remediation'), ...report.findings.map((finding) => renderFinding(finding, view))].join('\n'),
  ];
  return parts.join('\n\n');
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
