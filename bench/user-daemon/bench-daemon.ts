import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '@agent-brain/client/api';
import { serverEnvironment } from '@agent-brain/client/start';
import { type DaemonRecord, daemonRecordSchema } from '@agent-brain/contract/instances';
import type { World } from '../frame/bench.ts';

/** The user daemon of a home of the bench's own. */
export class BenchDaemon {
  readonly #child: ChildProcess;
  readonly client: ApiClient;

  private constructor(child: ChildProcess, { base_url: baseUrl, token }: DaemonRecord) {
    this.#child = child;
    this.client = new ApiClient({ baseUrl, token }, { keepAlive: true });
  }

  static async start({ program, folder, env }: World, home: string, settings: Readonly<Record<string, string>> = {}): Promise<BenchDaemon> {
    const at = path.join(folder, home);
    mkdirSync(at, { recursive: true, mode: 0o700 });
    const child = spawn(process.execPath, [program, 'serve', '--shared', '--home', at], {
      cwd: '/',
      // As a client would start it.
      env: serverEnvironment({ ...env, AGENT_BRAIN_HOME: at, ...settings }),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}`);
      const record = recordOf(at);
      if (record !== undefined && record.pid === child.pid) return new BenchDaemon(child, record);
      await sleep(20);
    }
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  async add(root: string): Promise<string> {
    return (await this.client.call('projectAdd', { body: { project_root: root } })).project_id;
  }

  /** Forgets a project with its index, and registers it again. */
  async begin(root: string): Promise<{ id: string; jobId: string }> {
    const id = await this.add(root);
    await this.client.call('projectRemove', { params: { id }, query: { purge: 'true' } });
    await this.add(root);
    const { job_id: jobId } = await this.client.call('index', { body: { folder_path: '.', project_id: id } });
    return { id, jobId };
  }

  async ended(id: string, jobId: string): Promise<number> {
    for (;;) {
      const job = await this.client.call('job', { params: { id: jobId }, query: { project_id: id } });
      if (job.status === 'completed') return job.progress.chunks_done;
      if (job.completed_at !== null) throw new Error(`the job ended as ${job.status}: ${JSON.stringify(job.error)}`);
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

function recordOf(home: string): DaemonRecord | undefined {
  try {
    return daemonRecordSchema.parse(JSON.parse(readFileSync(path.join(home, 'runtime.json'), 'utf8')));
  } catch {
    return undefined;
  }
}
