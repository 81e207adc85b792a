import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Job, JobAccepted, JobList } from '@agent-brain/contract/jobs';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { waitUntil } from '@agent-brain/test-harness/waiting';

/** Each look at a job is a request. */
export const PATIENCE = { intervalMs: 50 };

export interface QueueOptions {
  /** Files of the folder `slow` ({@link addSlowFolder}); none by default. */
  readonly slow?: number;
  readonly environment?: Record<string, string>;
}

/** A project with a running instance, and what its queue is asked over HTTP. */
export class ServedQueue {
  readonly machine: Machine;
  readonly root: string;

  private constructor(machine: Machine, root: string) {
    this.machine = machine;
    this.root = root;
  }

  static async start(files: Record<string, string | Buffer>, { slow = 0, environment = {} }: QueueOptions = {}): Promise<ServedQueue> {
    // What is watched takes turns with the jobs.
    const machine = new Machine({ AGENT_BRAIN_WATCH: 'false', ...environment });
    const queue = new ServedQueue(machine, machine.project('queue', files));
    if (slow > 0) addSlowFolder(queue.root, 'slow', slow);
    await queue.restart();
    return queue;
  }

  /** Starts an instance where none runs. */
  async restart(): Promise<void> {
    await this.machine.json(this.root, ['start']);
  }

  /** kill -9. */
  kill(): void {
    process.kill(readRuntime(this.root).pid, 'SIGKILL');
  }

  /** `queue/jobs.jsonl`. */
  get file(): string {
    return path.join(stateDirOf(this.root), 'queue', 'jobs.jsonl');
  }

  request(url: string, init: RequestInit = {}): Promise<Response> {
    const { base_url, token } = readRuntime(this.root);
    // A test that is busy does not see that the server has closed a connection that was kept.
    const headers = { connection: 'close', authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`${base_url}${url}`, { ...init, headers });
  }

  submit(folder: string, query = ''): Promise<Response> {
    return this.request(`/index${query}`, { method: 'POST', body: JSON.stringify({ folder_path: folder }) });
  }

  /** Submits what must be accepted. @returns the id */
  async submitted(folder: string): Promise<string> {
    const response = await this.submit(folder);
    if (response.status !== 202) throw new Error(`${folder} was answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as JobAccepted).job_id;
  }

  cancel(id: string, query = ''): Promise<Response> {
    return this.request(`/index/jobs/${id}${query}`, { method: 'DELETE' });
  }

  async job(id: string): Promise<Job> {
    return (await (await this.request(`/index/jobs/${id}`)).json()) as Job;
  }

  async list(query = ''): Promise<JobList> {
    return (await (await this.request(`/index/jobs${query}`)).json()) as JobList;
  }

  /** Until the files of the job are being indexed. */
  async works(id: string): Promise<void> {
    await waitUntil(`${id} indexes`, async () => (await this.job(id)).progress.phase === 'indexing', PATIENCE);
  }

  /** Leaves one file of the folder `slow`, so that its job ends soon. */
  hurry(): void {
    const folder = path.join(this.root, 'slow');
    for (const name of readdirSync(folder).filter((file) => file !== 'part0.md')) rmSync(path.join(folder, name));
  }

  ended(id: string): Promise<Job> {
    return waitUntil(
      `${id} has ended`,
      async () => {
        const seen = await this.job(id);
        return seen.completed_at !== null && seen;
      },
      PATIENCE,
    );
  }

  /** Whether the engine works: where the work of a job did not end, nobody would see it in its record. */
  async isIndexing(): Promise<boolean> {
    const status = (await (await this.request('/health/status')).json()) as { index: { state: string } };
    return status.index.state === 'indexing';
  }

  /** Paths that answer a query. */
  async find(query: string): Promise<string[]> {
    const response = await this.request('/query', { method: 'POST', body: JSON.stringify({ query }) });
    if (response.status !== 200) throw new Error(`the query was answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { results: { path: string }[] }).results.map((result) => result.path);
  }
}

/** One file of some 0.5 MB under many names: as much work for the engine as there are names, and hardly any for the disk. */
function addSlowFolder(root: string, name: string, files: number): void {
  const folder = path.join(root, name);
  mkdirSync(folder);
  const words = Array.from({ length: 60_000 }, (_, n) => `w${(n * 2_654_435_761) % 1_000_003}`);
  writeFileSync(path.join(folder, 'part0.md'), words.join(' ').replaceAll(/(.{90}) /g, '$1\n'));
  for (let n = 1; n < files; n += 1) linkSync(path.join(folder, 'part0.md'), path.join(folder, `part${n}.md`));
}

/** `folder0/readme.md` and so on. */
export const smallFolders = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`folder${n}/readme.md`, `# Folder ${n}\n`]));
