import { parentPort, workerData } from 'node:worker_threads';
import { asAgentBrainError, toProblem } from '@agent-brain/contract/errors';
import { asStoreError, storeFile } from '../store/index.ts';
import type { WriterMessage, WriterOrder, WriterSettings } from './thread-messages.ts';
import { Upkeep } from './upkeep.ts';
import { infoOf, WriterDesk } from './writer-desk.ts';

/** Without work for so long, the writer gives back what it keeps for speed. */
const REST_AFTER_MS = 5 * 60_000;

const tell = (message: WriterMessage): void => parentPort?.postMessage(message);

/** Entry of the writer thread: one command after another, one answer to each. Nobody else writes the index. */
function main(settings: WriterSettings): void {
  const desk = new WriterDesk(settings, {
    log,
    onProgress: (progress) => tell({ kind: 'progress', progress }),
    onCommit: (store) => tell({ kind: 'committed', info: infoOf(store) }),
    onReplaced: (store) => tell({ kind: 'replaced', info: infoOf(store) }),
  });
  let turn = Promise.resolve();
  let waiting = 0;
  let cancel = new AbortController();
  let restTimer: NodeJS.Timeout | undefined;
  const upkeep = new Upkeep(
    () => desk.maintain(),
    () => tell({ kind: 'tidy', info: desk.info() }),
  );
  parentPort?.on('message', (order: WriterOrder) => {
    if (order.kind === 'cancel') {
      cancel.abort();
      return;
    }
    if (order.kind === 'prepare') {
      desk.prepare();
      return;
    }
    clearTimeout(restTimer);
    upkeep.interrupt();
    waiting += 1;
    turn = turn.then(() => (order.kind === 'close' ? close() : run(order)));
  });
  const run = async (order: Extract<WriterOrder, { kind: 'run' }>) => {
    cancel = new AbortController();
    upkeep.catchUp(order.command.kind === 'index' || order.command.kind === 'repair');
    await carryOut(desk, order, cancel.signal, settings);
    waiting -= 1;
    if (waiting > 0) return;
    upkeep.begin();
    restTimer = setTimeout(() => desk.rest(), REST_AFTER_MS).unref();
  };
  const close = async () => {
    await desk.close();
    parentPort?.close();
  };
}

async function carryOut(
  desk: WriterDesk,
  { command, condition }: Extract<WriterOrder, { kind: 'run' }>,
  signal: AbortSignal,
  { dataDir }: WriterSettings,
): Promise<void> {
  try {
    tell({ kind: 'done', result: await desk.carryOut(command, condition, signal) });
  } catch (thrown) {
    const error = asAgentBrainError(asStoreError(thrown, storeFile(dataDir)));
    if (error.code === 'INTERNAL' && !signal.aborted)
      log('error', 'the writer failed', { stack: thrown instanceof Error ? thrown.stack : String(thrown) });
    // Whatever went wrong, the next command finds the store as it is on disk.
    desk.closeStore();
    tell({ kind: 'failed', problem: toProblem(error) });
  }
}

function log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown> = {}): void {
  tell({ kind: 'log', level, message, fields });
}

main(workerData as WriterSettings);
