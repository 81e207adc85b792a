import { Worker } from 'node:worker_threads';
import { AgentBrainError, fromProblem } from '@agent-brain/contract/errors';
import type { RunProgress } from '../indexing/index.ts';
import type { StoreInfo } from '../store/index.ts';
import { workerEnvironment } from '../threads/index.ts';
import type { EngineLog } from './engine.ts';
import type { WriterMessage, WriterOrder, WriterSettings } from './thread-messages.ts';

const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './writer-worker.ts' : './agent-brain-writer-worker.js', import.meta.url);

/** Time a cancelled writer has to end by itself; afterwards it is ended, and the open transaction with it. */
const CANCEL_GRACE_MS = 1_000;

export interface WriterListeners {
  signal: AbortSignal;
  log: EngineLog;
  onProgress(progress: RunProgress): void;
  onInfo(info: StoreInfo): void;
  onReplaced(): void;
}

/**
 * Runs one command in a writer thread of its own. Settles only when the thread has ended, so that the
 * next one finds the store free.
 * @throws what the command throws; JOB_CANCELLED (or the signal's reason, when that is one of our errors) after
 * an abort; JOB_FAILED when the thread dies
 */
export function runWriter(settings: WriterSettings, listeners: WriterListeners): Promise<unknown> {
  const { signal, log } = listeners;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(reasonOf(signal));
      return;
    }
    const worker = new Worker(workerUrl, { workerData: settings, name: 'agent-brain-writer', env: workerEnvironment() });
    let outcome: Extract<WriterMessage, { kind: 'done' | 'failed' }> | undefined;
    let death = 'the thread ended';
    let grace: NodeJS.Timeout | undefined;
    const onAbort = () => {
      worker.postMessage({ kind: 'cancel' } satisfies WriterOrder);
      grace = setTimeout(() => void worker.terminate(), CANCEL_GRACE_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    worker.on('message', (message: WriterMessage) => {
      if (message.kind === 'progress') listeners.onProgress(message.progress);
      else if (message.kind === 'log') log(message.level, message.message, message.fields);
      else if (message.kind === 'done' || message.kind === 'failed') outcome = message;
      else {
        listeners.onInfo(message.info);
        if (message.kind === 'replaced') listeners.onReplaced();
      }
    });
    worker.on('error', (error: unknown) => {
      death = error instanceof Error ? error.message : String(error);
      log('error', 'the writer thread failed', { reason: error instanceof Error ? error.stack : death });
    });
    worker.on('exit', () => {
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
      if (outcome?.kind === 'done') resolve(outcome.result);
      else if (signal.aborted) reject(reasonOf(signal));
      else if (outcome?.kind === 'failed') reject(fromProblem(outcome.problem));
      else reject(new AgentBrainError('JOB_FAILED', `The thread that writes the index died — ${death}`));
    });
  });
}

function reasonOf({ reason }: AbortSignal): AgentBrainError {
  return reason instanceof AgentBrainError
    ? reason
    : new AgentBrainError('JOB_CANCELLED', 'The run was cancelled; what it had committed stays');
}
