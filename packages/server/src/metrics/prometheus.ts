import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { ServedProjects } from '../projects/index.ts';
import type { Histogram } from './histogram.ts';
import type { ServerMetrics } from './server-metrics.ts';

interface Value {
  readonly value: number;
  readonly labels?: Record<string, string | number>;
  readonly metricName?: string;
}

/**
 * CPU, resident memory, event-loop lag, handles and garbage collection, in one registry per process.
 * Their samplers start with the first scrape: an instance that nobody scrapes does not pay for them.
 */
const processMetrics = new Registry();
collectDefaultMetrics({ register: processMetrics });

interface Series {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly values: Value[];
}

export async function printMetrics(metrics: ServerMetrics, projects: ServedProjects): Promise<{ contentType: string; text: string }> {
  const own = new Registry();
  for (const { name, help, type, values } of [...instanceSeries(metrics), ...projectSeries(projects)]) {
    own.registerMetric({ name, get: async () => ({ name, help, type, values, aggregator: 'sum' }) } as unknown as Metric);
  }
  return { contentType: own.contentType, text: `${await own.metrics()}\n${withoutEmptyLag(await processMetrics.metrics())}` };
}

/** The sampler of the lag begins anew with every scrape; until its first sample it says NaN, and a minimum of 292 years. */
const withoutEmptyLag = (text: string): string => text.replaceAll(/^nodejs_eventloop_lag_\w+ (?:NaN|\d{10}\.\d+)\n/gm, '');

function instanceSeries(metrics: ServerMetrics): Series[] {
  const ended = [...metrics.jobsEnded].map(([status, value]) => ({ labels: { status }, value }));
  const startup = metrics.startupSeconds === undefined ? [] : [{ value: metrics.startupSeconds }];
  return [
    histogramBy('mode', 'agent_brain_query_duration_seconds', 'Time to answer a query, by mode', metrics.queries),
    histogramBy('operation', 'agent_brain_job_duration_seconds', 'Time that jobs ran, by operation', metrics.jobs),
    {
      type: 'histogram',
      name: 'agent_brain_discovery_duration_seconds',
      help: 'Time clients took to find this instance',
      values: histogramValues('agent_brain_discovery_duration_seconds', metrics.discovery, {}),
    },
    {
      type: 'counter',
      name: 'agent_brain_jobs_ended_total',
      help: 'Jobs that ended since the start of the process, by their last state',
      values: ended,
    },
    {
      type: 'counter',
      name: 'agent_brain_connections_evicted_total',
      help: 'Connections that were closed to make room for others',
      values: [{ value: metrics.connectionsEvicted }],
    },
    { type: 'gauge', name: 'agent_brain_event_streams', help: 'Open event streams', values: [{ value: metrics.eventStreams }] },
    ...(startup.length === 0
      ? []
      : [{ type: 'gauge' as const, name: 'agent_brain_startup_seconds', help: 'Start of the process to ready', values: startup }]),
  ];
}

function projectSeries(projects: ServedProjects): Series[] {
  const all = projects.known().map(({ id, index, jobs }) => ({ labels: { project_id: id }, index, jobs }));
  const served = [
    { labels: { state: 'served' }, value: projects.count },
    { labels: { state: 'loaded' }, value: projects.loaded().length },
  ];
  const gauge = (name: string, help: string, valueOf: (project: (typeof all)[number]) => number): Series => ({
    type: 'gauge',
    name,
    help,
    values: all.map((project) => ({ labels: project.labels, value: valueOf(project) })),
  });
  return [
    { type: 'gauge', name: 'agent_brain_projects', help: 'Projects that are served, and those of them in memory', values: served },
    gauge('agent_brain_index_bytes', 'Size of the index on disk', ({ index }) => index.bytes),
    gauge('agent_brain_index_documents', 'Indexed files', ({ index }) => index.documents),
    gauge('agent_brain_index_chunks', 'Indexed chunks', ({ index }) => index.chunks),
    gauge('agent_brain_jobs_queued', 'Jobs that wait', ({ jobs }) => jobs.queued),
    gauge('agent_brain_jobs_running', 'Jobs that run', ({ jobs }) => Number(jobs.runningJobId !== null)),
    gauge('agent_brain_jobs_persisted', '1: changes of jobs reach the disk', ({ jobs }) => Number(jobs.trouble === null)),
  ];
}

const histogramBy = (label: string, name: string, help: string, histograms: ReadonlyMap<string, Histogram>): Series => ({
  type: 'histogram',
  name,
  help,
  values: [...histograms].flatMap(([value, histogram]) => histogramValues(name, histogram, { [label]: value })),
});

function histogramValues(name: string, histogram: Histogram, labels: Record<string, string>): Value[] {
  const counts = histogram.cumulative();
  const total = counts.at(-1) ?? 0;
  return [
    ...counts.map((value, index) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: histogram.bounds[index] ?? '+Inf' },
      value,
    })),
    { metricName: `${name}_sum`, labels, value: histogram.sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
