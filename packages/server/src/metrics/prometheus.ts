import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { ProjectSet } from '../projects/index.ts';
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

export async function printMetrics(metrics: ServerMetrics, projects: ProjectSet): Promise<{ contentType: string; text: string }> {
  const own = new Registry();
  const add = (type: 'counter' | 'gauge' | 'histogram', name: string, help: string, values: Value[]): void =>
    own.registerMetric({ name, get: async () => ({ name, help, type, values, aggregator: 'sum' }) } as unknown as Metric);

  add(
    'histogram',
    'agent_brain_query_duration_seconds',
    'Time to answer a query, by mode',
    [...metrics.queries].flatMap(([mode, histogram]) => histogramValues('agent_brain_query_duration_seconds', histogram, { mode })),
  );
  add(
    'histogram',
    'agent_brain_discovery_duration_seconds',
    'Time clients took to find this instance',
    histogramValues('agent_brain_discovery_duration_seconds', metrics.discovery, {}),
  );
  if (metrics.startupSeconds !== undefined) {
    add('gauge', 'agent_brain_startup_seconds', 'Start of the process to ready', [{ value: metrics.startupSeconds }]);
  }
  const all = projects
    .all()
    .map((project) => ({ labels: { project_id: project.id }, index: project.engine.status(), jobs: project.queue.stats() }));
  add(
    'gauge',
    'agent_brain_index_bytes',
    'Size of the index on disk',
    all.map(({ labels, index }) => ({ labels, value: index.bytes })),
  );
  add(
    'gauge',
    'agent_brain_index_documents',
    'Indexed files',
    all.map(({ labels, index }) => ({ labels, value: index.documents })),
  );
  add(
    'gauge',
    'agent_brain_index_chunks',
    'Indexed chunks',
    all.map(({ labels, index }) => ({ labels, value: index.chunks })),
  );
  add(
    'gauge',
    'agent_brain_jobs_queued',
    'Jobs that wait',
    all.map(({ labels, jobs }) => ({ labels, value: jobs.queued })),
  );
  add(
    'gauge',
    'agent_brain_jobs_running',
    'Jobs that run',
    all.map(({ labels, jobs }) => ({ labels, value: Number(jobs.runningJobId !== null) })),
  );
  return { contentType: own.contentType, text: `${await own.metrics()}\n${await processMetrics.metrics()}` };
}

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
