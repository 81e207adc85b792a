import { parentPort, workerData } from 'node:worker_threads';
import { asAgentBrainError, toProblem } from '@agent-brain/contract/errors';
import type { selectionLoss } from '../indexing/index.ts';
import { answerChunk, answerQuery } from '../query/index.ts';
import { asStoreError, salvageFolders, SqliteIndexReader, storeFile } from '../store/index.ts';
import type { Answer, QueryOrder, QuerySettings, Question } from './thread-messages.ts';

/** Entry of the query thread: answers one question after another over a read-only connection. */
function main({ dataDir }: QuerySettings): void {
  const file = storeFile(dataDir);
  let reader: SqliteIndexReader | null = null;
  /** Loaded when first asked for: questions do without it. */
  let lossOf: typeof selectionLoss | undefined;
  const close = () => {
    reader?.close();
    reader = null;
  };
  const answer = (question: Question): unknown => {
    if (reader?.isCurrent() === false) close();
    // Tried again each time until there is a store.
    reader ??= SqliteIndexReader.open(file);
    if (question.kind === 'chunk') return answerChunk(reader, question.id);
    if (question.kind === 'folder-requests') return reader?.read((view) => view.folderRequests()) ?? salvageFolders(file);
    if (question.kind === 'selection-loss')
      return reader?.read((view) => lossOf?.(view, question.root, question.order)) ?? { files: 0, lost: 0, examples: [] };
    if (question.kind === 'folders') return reader?.read((view) => view.folders()) ?? [];
    const { request, isIndexing, isUnfilled } = question;
    return answerQuery(reader, request, { isIndexing, isUnfilled, nowMs: () => performance.now() });
  };
  warmUp(() => {
    reader ??= SqliteIndexReader.open(file);
    reader?.read((view) => view.match({ terms: ['warm'], weights: { body: 1, path: 1, symbol: 1 }, limit: 1 }));
  });
  const reply = ({ id, question }: Extract<QueryOrder, { question: Question }>): void => {
    let message: Answer;
    try {
      message = { id, answer: answer(question) };
    } catch (thrown) {
      const error = asAgentBrainError(asStoreError(thrown, file));
      const stack = thrown instanceof Error ? thrown.stack : undefined;
      message = { id, problem: toProblem(error), ...(error.code === 'INTERNAL' && stack !== undefined ? { stack } : {}) };
      // A connection that met damage may hold what it read before; the next question starts anew.
      if (error.code === 'INDEX_CORRUPT') close();
    }
    parentPort?.postMessage(message);
  };
  const replyAboutLoss = async (order: Extract<QueryOrder, { question: Question }>): Promise<void> => {
    lossOf = (await import('../indexing/index.ts')).selectionLoss;
    reply(order);
  };
  parentPort?.on('message', (order: QueryOrder) => {
    if (order.id === null) {
      close();
      if (order.kind === 'close') parentPort?.close();
    } else if (order.question.kind === 'selection-loss' && lossOf === undefined) {
      void replyAboutLoss(order);
    } else reply(order);
  });
}

/** Prepares statements and reads the first pages; what is wrong with the store is told to the first who asks. */
function warmUp(touch: () => void): void {
  try {
    touch();
  } catch {}
}

main(workerData as QuerySettings);
