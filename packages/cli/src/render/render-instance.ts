import type { InstanceView, StartResult, StatusResult, StopResult } from '@agent-brain/contract/commands';
import type { Status, WatcherStatus } from '@agent-brain/contract/status';
import { formatAge, formatBytes, formatCount, formatDuration, formatPlural, printableLine } from '../terminal/index.ts';
import { renderFields } from './fields.ts';
import { skipsWithCommand } from './render-job.ts';
import type { View } from './view.ts';

export function renderStart(data: StartResult, view: View): string {
  const { instance } = data;
  const where = address(instance, view);
  const made = data.replaced_version === null ? 'Started' : `Replaced version ${printableLine(data.replaced_version)} by`;
  const what = instance.mode === 'shared' ? `the user daemon at ${where}` : where;
  const took = `in ${formatDuration(data.duration_ms)}`;
  const first = data.started
    ? `${made} ${what}${data.registered ? ', which serves this project,' : ''} ${took}`
    : data.registered
      ? `Registered with ${what} ${took}`
      : `Already running: ${what}`;
  const places = renderFields(
    [
      ...(data.project_root === null ? [] : [['project', printableLine(data.project_root)] as [string, string]]),
      [data.project_root === null ? 'home' : 'state', printableLine(data.state_dir)],
      ['log', printableLine(data.log_file)],
    ],
    view,
  );
  return [`${view.style('green', '✔')} ${first}`, places, ...renderWarnings(data.warnings, view)].join('\n');
}

export function renderStop(data: StopResult, view: View): string {
  const notes = data.notes.map((note) => `  ${printableLine(note)}`);
  const what = data.project_root === null ? 'the user daemon' : printableLine(data.project_root);
  if (!data.was_running) return [`Not running: ${what}`, ...notes].join('\n');
  const took = `in ${formatDuration(data.duration_ms)}`;
  const done = { none: '', request: 'Stopped', signal: 'Stopped', kill: 'Killed', unregister: 'Unregistered' }[data.method];
  const whom =
    data.method === 'unregister'
      ? ` ${what} ${took}; the user daemon goes on`
      : `${data.project_root === null ? ' the user daemon,' : ''}${data.pid === null ? '' : ` pid ${data.pid}`} ${took}`;
  return [`${view.style('green', '✔')} ${done}${whom}`, ...notes].join('\n');
}

export function renderStatus(data: StatusResult, view: View): string {
  if (view.brief === true) return renderBriefStatus(data, view);
  const places: [string, string][] = [
    ['project', printableLine(data.project_root)],
    ['state', printableLine(data.state_dir)],
    ['log', printableLine(data.log_file)],
  ];
  if (data.instance === null) {
    const first = {
      stopped: stoppedWord(data),
      starting: 'Starting',
      unresponsive: 'Holds its lock but does not answer',
      running: 'Running',
    }[data.state];
    const next = data.state === 'stopped' ? '\nNext: agent-brain start' : '';
    return `${view.style('yellow', first)}\n${[renderFields(places, view), ...renderWarnings(data.warnings, view)].join('\n')}${next}`;
  }
  const { instance, index } = data;
  const fields: [string, string | undefined][] = [
    ...places,
    ['version', `${printableLine(instance.version)} (protocol ${printableLine(instance.protocol_version)}, mode ${instance.mode})`],
    ['uptime', `${formatDuration(instance.uptime_s * 1000)}${view.verbose ? ` (since ${instance.started_at})` : ''}`],
    ...(index === null ? [] : indexFields(index, view)),
  ];
  const next = index !== null && index.total_documents === 0 && !index.indexing_in_progress ? ['Next: agent-brain index'] : [];
  return [
    `${view.style('green', '●')} Running at ${address(instance, view)}`,
    renderFields(fields, view),
    ...renderWarnings(data.warnings, view),
    ...next,
  ].join('\n');
}

/** In shared mode it is the daemon that runs or does not, and it may run without this project. */
function stoppedWord({ mode, daemon }: StatusResult): string {
  if (mode === 'project') return 'Not running';
  return daemon === 'stopped'
    ? 'Not running: the user daemon, which is to serve this project'
    : 'Not served: the user daemon does not know this project';
}

/** For a prompt or a hook: nothing about a project that its user has never initialised. */
function renderBriefStatus({ initialised, state, index }: StatusResult, view: View): string {
  if (!initialised) return '';
  if (state === 'stopped') return 'Agent Brain: initialised, not running';
  if (state === 'starting') return 'Agent Brain: starting';
  if (state === 'unresponsive' || index === null) return 'Agent Brain: does not answer (agent-brain doctor)';
  const percent = index.progress_percent === null ? '' : `, ${Math.floor(index.progress_percent)} %`;
  const work = index.indexing_in_progress ? `; indexing${percent}` : '';
  const age = index.last_indexed_at === null ? '' : `, ${formatAge(index.last_indexed_at, view.now)}`;
  const condition = conditions[index.index.state];
  const trouble = condition === undefined ? '' : `; the index ${condition}`;
  return index.total_documents === 0
    ? `Agent Brain: running, ${condition === undefined ? 'nothing indexed yet' : 'nothing can be found yet'}${trouble}${work}`
    : `Agent Brain: running, ${formatPlural(index.total_documents, 'file')} indexed${condition === undefined ? age : ''}${trouble}${work}`;
}

/** States in which the index lacks something, in words that follow "the index". */
const conditions: Readonly<Partial<Record<Status['index']['state'], string>>> = {
  corrupt: 'is damaged and is being repaired; it answers from what is sound',
  rebuilding: 'is being rebuilt; it answers from what is there',
};

function indexFields(index: Status, view: View): [string, string | undefined][] {
  const fresh =
    index.last_indexed_at === null
      ? 'never'
      : `${formatAge(index.last_indexed_at, view.now)}${view.verbose ? ` (${index.last_indexed_at})` : ''}`;
  const work = index.indexing_in_progress
    ? `running ${index.running_job_id ?? ''}${index.progress_percent === null ? '' : `, ${Math.floor(index.progress_percent)} %`}${index.queued_jobs_count > 0 ? `, ${formatCount(index.queued_jobs_count)} queued` : ''}`
    : index.queued_jobs_count > 0
      ? `${formatCount(index.queued_jobs_count)} queued`
      : undefined;
  return [
    [
      'index',
      `${formatPlural(index.total_documents, 'document')}, ${formatPlural(index.total_chunks, 'chunk')} (${index.index.state}, generation ${index.index.generation})`,
    ],
    ['condition', conditions[index.index.state]],
    ['indexed', fresh],
    ['skipped', skipsWithCommand(index.skipped_count ?? {})],
    ['fresh', freshness(index, view)],
    [
      'size',
      `${formatBytes(index.index.bytes)} on disk, ${index.mode === 'shared' ? 'the daemon ' : ''}${formatBytes(index.memory_bytes)} in memory`,
    ],
    ['job', work],
  ];
}

const watching: Readonly<Record<WatcherStatus['state'], string>> = {
  off: 'not watching',
  starting: 'begins to watch',
  on: 'watching',
  limited: 'watching in part',
  degraded: 'watching with trouble',
};

/** An instance of an earlier version leaves some of it out. */
function freshness({ watcher, pending_files: pending }: Status, view: View): string {
  const updated = watcher.last_update_at === null ? '' : ` (last ${formatAge(watcher.last_update_at, view.now)})`;
  const facts = [
    `${watching[watcher.state]}${watcher.state === 'off' ? '' : ` ${formatPlural(watcher.folders, 'folder')}`}`,
    ...(watcher.files_updated > 0 ? [`${formatPlural(watcher.files_updated, 'file')} updated${updated}`] : []),
    ...(pending > 0 ? [`${formatPlural(pending, 'file')} newer than the index`] : []),
  ].join(', ');
  return watcher.reason === undefined ? facts : `${facts}: ${printableLine(watcher.reason)}`;
}

const address = ({ url, pid }: InstanceView, view: View): string => `${view.style('cyan', printableLine(url))} (pid ${pid})`;

const renderWarnings = (warnings: readonly string[], view: View): string[] =>
  warnings.map((warning) => `${view.style('yellow', 'warning:')} ${printableLine(warning)}`);
