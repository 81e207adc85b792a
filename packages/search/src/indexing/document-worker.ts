import { Worker } from 'node:worker_threads';
import { nurseryMb, workerEnvironment } from '../threads/index.ts';
import { documentBudget, guardIntervalMs } from './document-budget.ts';
import type { DocumentMessage, DocumentOrder } from './document-process.ts';
import type { ParseAnswer, ParseWorkerData } from './parse-protocol.ts';
import { progressOf } from './parse-protocol.ts';

/** In a bundle all entries lie in one folder under their published names. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './parse-worker.ts' : './agent-brain-parse-worker.js', import.meta.url);

/**
 * Entry of the process that reads documents, one after another. A thread reads; this thread watches what that takes,
 * and ends the process when it is too much or when nobody is left to answer. A process of its own, because the memory
 * of buffers counts for no thread, and because only the end of a process ends everything.
 */
function main(): void {
  const progress = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const cells = new Int32Array(progress);
  const worker = new Worker(workerUrl, {
    workerData: { progress } satisfies ParseWorkerData,
    resourceLimits: { maxOldGenerationSizeMb: documentBudget.heapMb, maxYoungGenerationSizeMb: nurseryMb },
    name: 'agent-brain-document',
    env: workerEnvironment(),
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  let guard: NodeJS.Timeout | undefined;
  worker.on('message', (answer: ParseAnswer) => {
    clearInterval(guard);
    tell(answer === 'pong' ? { kind: 'ready' } : { kind: 'results', results: answer.results });
  });
  worker.on('error', (error: unknown) => end(error instanceof Error ? error.message : String(error)));
  worker.on('exit', () => end('the thread that reads documents ended'));
  process.on('message', (order: DocumentOrder) => {
    Atomics.store(cells, progressOf.task, order.task);
    guard = watchBudget(end);
    worker.postMessage(order);
  });
  process.on('disconnect', die);
  worker.postMessage('ping');
}

function watchBudget(exceeded: (reason: string) => void): NodeJS.Timeout {
  const startedMs = performance.now();
  const cpuAtStart = process.cpuUsage();
  return setInterval(() => {
    const resident = process.memoryUsage.rss();
    const { user, system } = process.cpuUsage(cpuAtStart);
    const cpuMs = (user + system) / 1_000;
    if (resident > documentBudget.residentBytes) exceeded(`reading it took more than ${documentBudget.residentBytes / 1e6} MB of memory`);
    else if (cpuMs > documentBudget.cpuMs) exceeded(`reading it took more than ${documentBudget.cpuMs} ms of processor time`);
    else if (performance.now() - startedMs > documentBudget.wallMs) exceeded(`reading it took more than ${documentBudget.wallMs} ms`);
  }, guardIntervalMs);
}

function tell(message: DocumentMessage): void {
  process.send?.(message);
}

let isEnding = false;

function end(reason: string): void {
  if (isEnding) return;
  isEnding = true;
  if (process.send === undefined) die();
  process.send?.({ kind: 'failed', reason } satisfies DocumentMessage, undefined, undefined, die);
}

/** At once, whatever the other thread is in; `process.exit` would wait for it. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

main();
