import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '@agent-brain/contract/jobs';
import { Machine, readRuntime, type RunningInstance } from '@agent-brain/test-harness/agent-brain';
import { writeCorpus } from '@agent-brain/test-harness/corpus';
import { noteFigure } from '@agent-brain/test-harness/figures';
import { requireSoak } from '@agent-brain/test-harness/requirements';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';

/* The main thread answers while its workers index (docs/design/jobs.md#service-and-worker). */

const doors = ['/health/status', '/index/jobs', '/health'];
const clients = 4;
const limitMs = 50;
const busyLoad = 2 * os.availableParallelism();

/** Asks one address after another until told to stop; times from the request to the last byte of the answer. */
class Poller {
  readonly failures: string[] = [];
  readonly times: Map<string, number[]>;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #urls: [string, number[]][];
  readonly #headers: Record<string, string>;

  constructor(urls: readonly string[], token: string) {
    this.times = new Map(urls.map((url) => [url, []]));
    this.#urls = [...this.times];
    this.#headers = { authorization: `Bearer ${token}` };
  }

  get count(): number {
    return [...this.times.values()].reduce((sum, times) => sum + times.length, 0);
  }

  async run(isOver: () => boolean): Promise<void> {
    const client = async (first: number): Promise<void> => {
      for (let n = first; !isOver(); n += 1) {
        await this.#ask(...(this.#urls[n % this.#urls.length] as [string, number[]]));
        await sleep(1);
      }
    };
    await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
    this.#agent.destroy();
  }

  async #ask(url: string, times: number[]): Promise<void> {
    const since = performance.now();
    try {
      const status = await new Promise<number>((resolve, reject) => {
        const request = get(url, { agent: this.#agent, headers: this.#headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        });
        request.on('error', reject);
      });
      if (status !== 200) this.failures.push(`${url} was answered ${status}`);
    } catch (error) {
      this.failures.push(`${url}: ${String(error)}`);
    }
    times.push(performance.now() - since);
  }
}

/** A server in a process of its own that does nothing but answer: what the machine itself takes at that moment. */
async function startBareServer(): Promise<string> {
  const program =
    "require('http').createServer((_, r) => r.end('{}')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return `http://127.0.0.1:${port.toString().trim()}/`;
}

const percentile = (sorted: readonly number[], share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;

const modes = ['project', 'shared'] as const;
type Mode = (typeof modes)[number];

/** A project without watching, which would take turns with its jobs, and the server of this mode that serves it. */
class PolledProject {
  readonly root: string;
  readonly #server: Pick<RunningInstance, 'base_url' | 'token'>;
  /** Names the project to a server of many. */
  readonly #project: Readonly<Record<string, string>>;

  private constructor(root: string, server: Pick<RunningInstance, 'base_url' | 'token'>, project: Readonly<Record<string, string>>) {
    this.root = root;
    this.#server = server;
    this.#project = project;
  }

  static async start(mode: Mode): Promise<PolledProject> {
    const machine = new Machine({ AGENT_BRAIN_WATCH: 'false' });
    const root = machine.project('polled');
    await machine.json(root, ['start', '--mode', mode]);
    const record = readRuntime(root);
    if (mode === 'project') return new PolledProject(root, record, {});
    const daemon = JSON.parse(readFileSync(path.join(machine.home, 'runtime.json'), 'utf8')) as RunningInstance;
    return new PolledProject(root, daemon, { project_id: record.project_id });
  }

  get token(): string {
    return this.#server.token;
  }

  url(door: string): string {
    // It answers for the server as a whole, and takes no project.
    if (door === '/health') return this.#server.base_url + door;
    return `${this.#server.base_url}${door}?${new URLSearchParams(this.#project).toString()}`;
  }

  /** Indexes the folder anew. @returns the job when it has ended */
  async index(folder: string): Promise<Job> {
    const body = JSON.stringify({ folder_path: folder, force: true, ...this.#project });
    const accepted = await this.#ask(`${this.#server.base_url}/index`, { method: 'POST', body });
    const { job_id } = (await accepted.json()) as { job_id: string };
    await (await this.#ask(this.url(`/index/jobs/${job_id}/events`))).text();
    return (await (await this.#ask(this.url(`/index/jobs/${job_id}`))).json()) as Job;
  }

  async #ask(url: string, init: RequestInit = {}): Promise<Response> {
    // A test that is busy does not see that the server has closed a connection that was kept.
    const headers = { connection: 'close', authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const response = await fetch(url, { ...init, headers });
    if (!response.ok) throw new Error(`${url} was answered ${response.status}: ${await response.text()}`);
    return response;
  }
}

interface Polling {
  readonly bytes: number;
  readonly polls: number;
  readonly chunks: number;
}

/** Polls while a tree is indexed, again and again until there were enough polls. @returns p99 over all doors, and that of the bare server */
async function pollWhileIndexing(context: TestContext, mode: Mode, { bytes, polls, chunks }: Polling) {
  const project = await PolledProject.start(mode);
  const corpus = writeCorpus(path.join(project.root, 'corpus'), { bytes });
  const poller = new Poller(
    doors.map((door) => project.url(door)),
    project.token,
  );
  const yardstick = new Poller([await startBareServer()], '');
  const jobs: Job[] = [];
  let isOver = false;
  const polling = Promise.all([poller, yardstick].map((one) => one.run(() => isOver)));
  do jobs.push(await project.index('corpus'));
  while (poller.count < polls);
  isOver = true;
  await polling;

  expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'completed'));
  expect(Math.min(...jobs.map((job) => job.total_chunks))).toBeGreaterThanOrEqual(chunks);
  expect(poller.failures).toEqual([]);
  const all = [...poller.times.values()].flat().toSorted((a, b) => a - b);
  const bare = [...yardstick.times.values()].flat().toSorted((a, b) => a - b);
  const line = (times: readonly number[]): string =>
    ['p50', 'p99', 'max'].map((name, n) => `${name} ${percentile(times, [0.5, 0.99, 1][n] as number).toFixed(1)} ms`).join(', ');
  const runs = `${jobs.length} × ${jobs[0]?.total_chunks} chunks (${corpus.files} files, ${Math.round(corpus.bytes / 1e6)} MB)`;
  noteFigure(context, `${all.length} polls while ${runs} were indexed, none failed: ${line(all)}`);
  for (const [url, times] of poller.times) noteFigure(context, `${new URL(url).pathname}: ${line(times.toSorted((a, b) => a - b))}`);
  noteFigure(context, `a server that only answers, beside them: ${line(bare)}`);
  return { p99: percentile(all, 0.99), bareP99: percentile(bare, 0.99) };
}

describe.each(modes)('in %s mode', (mode) => {
  test('status is answered without a failure while a tree is indexed', async (context) => {
    await pollWhileIndexing(context, mode, { bytes: 3_000_000, polls: 300, chunks: 1_500 });
  });

  test(`of ten thousand polls while 50,000 chunks are indexed 99 % are answered within ${limitMs} ms more than a bare server takes, and none fails`, async (context) => {
    requireSoak(context);
    const [load = 0] = os.loadavg();
    const { p99, bareP99 } = await pollWhileIndexing(context, mode, { bytes: 55_000_000, polls: 10_000, chunks: 50_000 });
    // Where others want the processors several times over, a time says nothing about us.
    if (load < busyLoad) expect(p99).toBeLessThan(limitMs + bareP99);
    else noteFigure(context, `not judged: the load was ${load.toFixed(1)} when it began`);
  });
});
