import type { ProjectSet } from '../projects/index.ts';
import { Histogram } from './histogram.ts';

const QUERY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const DISCOVERY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What happens is counted here; what merely is (index size, queue) is read at the scrape. */
export class ServerMetrics {
  /** By mode of the query. */
  readonly queries = new Map<string, Histogram>();
  /** How long clients took to find this instance, by their own measure. */
  readonly discovery = new Histogram(DISCOVERY_SECONDS);
  /** Seconds from the start of the process to ready. */
  startupSeconds: number | undefined;

  observeQuery(mode: string, seconds: number): void {
    let histogram = this.queries.get(mode);
    if (histogram === undefined) this.queries.set(mode, (histogram = new Histogram(QUERY_SECONDS)));
    histogram.observe(seconds);
  }

  /** @param header value of `x-agent-brain-discovery-ms`; anything but a sane number is ignored */
  observeDiscovery(header: unknown): void {
    if (typeof header !== 'string' || !/^\d{1,6}(\.\d{1,6})?$/.test(header)) return;
    this.discovery.observe(Number(header) / 1000);
  }

  /** The Prometheus text format. Loads its printer at the first call. */
  async render(projects: ProjectSet): Promise<{ contentType: string; text: string }> {
    const { printMetrics } = await import('./prometheus.ts');
    return printMetrics(this, projects);
  }
}
