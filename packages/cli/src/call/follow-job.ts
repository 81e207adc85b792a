import { type ApiClient, waitForJob } from '@agent-brain/client/api';
import { isPause } from '@agent-brain/contract/errors';
import type { Job } from '@agent-brain/contract/jobs';
import { Progress } from '../terminal/index.ts';
import type { Call } from './command.ts';

/** Shows a job until it ends. When the person leaves, it says that the job does not. */
export async function followJob(client: ApiClient, id: string, call: Call): Promise<Job> {
  const progress = new Progress(call.terminal.stderr, { now: () => performance.now(), silent: !call.terminal.talkative });
  try {
    return await waitForJob(client, id, { signal: call.signal, onProgress: (job) => show(job, progress) });
  } catch (error) {
    progress.end();
    if (call.signal.aborted) call.terminal.note(`The job ${id} goes on. \`agent-brain jobs ${id} --watch\` follows it.`);
    throw error;
  } finally {
    progress.end();
  }
}

function show(job: Job, progress: Progress): void {
  if (job.status === 'queued') {
    progress.update({ phase: 'waiting', done: 0, total: 0, unit: 'files', detail: `place ${job.queue_position ?? 1} in the queue` });
  } else if (job.status === 'running') {
    const { phase, files_done, files_total, current_file, retry } = job.progress;
    const file = phase === 'indexing' ? (current_file ?? undefined) : undefined;
    progress.update({
      phase,
      done: files_done,
      total: files_total,
      unit: 'files',
      etaS: job.eta_s,
      detail: retry === undefined ? file : `${isPause(retry.code) ? 'paused' : 'waits to try again'}: ${retry.message}`,
    });
  }
}
