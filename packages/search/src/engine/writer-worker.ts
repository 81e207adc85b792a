import { parentPort, workerData } from 'node:worker_threads';
import { asAgentBrainError, toProblem } from '@agent-brain/contract/errors';
import { planRun, removeFolder, type RunSurroundings, runIndex } from '../indexing/index.ts';
import {
  asStoreError,
  type IndexStore,
  inspectStoreFile,
  isCorruption,
  setAsideStore,
  SqliteIndexStore,
  storeFile,
} from '../store/index.ts';
import type { VerifyReport } from './engine.ts';
import { openForWriting, setAsideAndRenew } from './renew-store.ts';
import type { WriterCommand, WriterMessage, WriterSettings } from './thread-messages.ts';

const tell = (message: WriterMessage): void => parentPort?.postMessage(message);

/** Entry of the writer thread: one command, one answer, then it ends. Nobody else writes the index. */
async function main(settings: WriterSettings): Promise<void> {
  const cancel = new AbortController();
  parentPort?.on('message', () => cancel.abort());
  try {
    tell({ kind: 'done', result: await carryOut(settings, cancel.signal) });
  } catch (thrown) {
    const error = asAgentBrainError(asStoreError(thrown, storeFile(settings.dataDir)));
    if (error.code === 'INTERNAL' && !cancel.signal.aborted)
      log('error', 'the writer failed', { stack: thrown instanceof Error ? thrown.stack : String(thrown) });
    tell({ kind: 'failed', problem: toProblem(error) });
  } finally {
    parentPort?.close();
  }
}

function log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown> = {}): void {
  tell({ kind: 'log', level, message, fields });
}

async function carryOut(settings: WriterSettings, signal: AbortSignal): Promise<unknown> {
  const { command } = settings;
  if (command.kind === 'plan') return planRun(command.order, { root: settings.root, closedDirs: settings.closedDirs, signal, log });
  if (command.kind === 'verify') return verify(settings);
  if (command.kind === 'reset') return reset(settings);
  const renewal = { file: storeFile(settings.dataDir), maxBytes: settings.limits.diskLimitMb * 1024 * 1024, log, onReplaced: tellReplaced };
  // A store may turn out damaged only when it is written to; the second time there is nothing left to set aside.
  let store = openForWriting({ ...renewal, isSuspect: settings.isSuspect, mayRenew: command.kind === 'index' });
  try {
    return await writeInto(store, command, settings, signal);
  } catch (error) {
    if (!isCorruption(error) || command.kind !== 'index') throw error;
    store.close();
    store = setAsideAndRenew(renewal);
    return await writeInto(store, command, settings, signal);
  } finally {
    store.close();
  }
}

const tellReplaced = (store: IndexStore): void => tell({ kind: 'replaced', info: store.read((view) => view.info()) });

async function writeInto(
  store: IndexStore,
  command: Exclude<WriterCommand, { kind: 'plan' | 'verify' | 'reset' }>,
  settings: WriterSettings,
  signal: AbortSignal,
): Promise<unknown> {
  const onCommit = () => tell({ kind: 'committed', info: store.read((view) => view.info()) });
  const nowMs = () => performance.now();
  if (command.kind === 'remove-folder') return removeFolder(store, command.folder, { nowMs, onCommit });
  const { root, closedDirs, parseWorkers, fileBudgetMs, limits } = settings;
  const around: RunSurroundings = {
    root,
    closedDirs,
    parseWorkers,
    fileBudgetMs,
    limits,
    signal,
    log,
    nowMs,
    onCommit,
    now: () => new Date(),
    residentBytes: () => process.memoryUsage.rss(),
    onProgress: (progress) => tell({ kind: 'progress', progress }),
  };
  return runIndex(store, command.order, around);
}

function verify({ dataDir }: WriterSettings): VerifyReport {
  const file = storeFile(dataDir);
  if (inspectStoreFile(file).state === 'missing') return { ok: true, problems: [] };
  try {
    const store = SqliteIndexStore.open(file);
    const problems = store.verify();
    store.close();
    return { ok: problems.length === 0, problems };
  } catch (error) {
    if (!isCorruption(error)) throw error;
    return { ok: false, problems: [(error as Error).message] };
  }
}

function reset({ dataDir, limits }: WriterSettings): void {
  const file = storeFile(dataDir);
  const found = inspectStoreFile(file);
  if (found.state === 'missing') return;
  if (found.state === 'corrupt') setAsideStore(file, new Date());
  const store = SqliteIndexStore.open(file, { maxBytes: limits.diskLimitMb * 1024 * 1024 });
  store.clear();
  tellReplaced(store);
  store.close();
}

await main(workerData as WriterSettings);
