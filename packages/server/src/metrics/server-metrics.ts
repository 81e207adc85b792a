import type { Job } from '@agent-brain/contract/jobs';
import type { ServedProjects } from '../projects/index.ts';
import { Histogram } from './histogram.ts';

const QUERY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const JOB_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 7200];
const DISCOVERY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What happens is counted here; what merely is (index size, queue) is read at the scrape. */
export class ServerMetrics {
  /** By mode of the query. */
  readonly queries = new Map<string, Histogram>();
  /** Of jobs that ran, by operation. */
  readonly jobs = new Map<string, Histogram>();
  /** Jobs that ended since the start of the process, by their last state. */
  readonly jobsEnded = new Map<string, number>();
  /** Readers of event streams, now. */
  eventStreams = 0;
  /** Connections that were closed to make room for others. */
  connectionsEvicted = 0;
  /** How long clients took to find this instance, by their own measure. */
  readonly discovery = new Histogram(DISCOVERY_SECONDS);
  /** Seconds from the start of the process to ready. */
  startupSeconds: number | undefined;

  observeQuery(mode: string, seconds: number): void {
    histogramOf(this.queries, mode, QUERY_SECONDS).observe(seconds);
  }

  observeJob({ status, operation, started_at: startedAt, completed_at: completedAt }: Readonly<Job>): void {
    this.jobsEnded.set(status, (this.jobsEnded.get(status) ?? 0) + 1);
    if (startedAt === null || completedAt === null) return;
    histogramOf(this.jobs, operation, JOB_SECONDS).observe((Date.parse(completedAt) - Date.parse(startedAt)) / 1000);
  }

  /** @param header value of `x-agent-brain-discovery-ms`; anything but a sane number is ignored */
  observeDiscovery(header: unknown): void {
    if (typeof header !== 'string' || !/^\d{1,6}(\.\d{1,6})?$/.test(header)) return;
    this.discovery.observe(Number(header) / 1000);
  }

  /** The Prometheus text format. Loads its printer at the first call. */
  async render(projects: ServedProjects): Promise<{ contentType: string; text: string }> {
    const { printMetrics } = await import('./prometheus.ts');
    return printMetrics(this, projects);
  }
}

function histogramOf(histograms: Map<string, Histogram>, label: string, bounds: readonly number[]): Histogram {
  const histogram = histograms.get(label) ?? new Histogram(bounds);
  histograms.set(label, histogram);
  return histogram;
}
