import { parentPort, workerData } from 'node:worker_threads';
import { asAgentBrainError, toProblem } from '@agent-brain/contract/errors';
import type { selectionLoss } from '../indexing/index.ts';
import { answerChunk, answerQuery } from '../query/index.ts';
import { asStoreError, storeFile } from '../store/index.ts';
import { QuestionStore } from './question-store.ts';
import type { Answer, QueryOrder, QuerySettings, Question } from './thread-messages.ts';

/** Entry of the query thread: answers one question after another over a read-only connection. */
function main({ dataDir }: QuerySettings): void {
  const store = new QuestionStore(storeFile(dataDir));
  warmUp(() => store.current()?.read((view) => view.match({ terms: ['warm'], weights: { body: 1, path: 1, symbol: 1 }, limit: 1 })));
  parentPort?.on('message', (order: QueryOrder) => {
    if (order.id === null) {
      if (order.kind === 'reopen') store.reopen();
      else {
        store.close();
        parentPort?.close();
      }
      return;
    }
    if (order.question.kind === 'selection-loss') void answerAboutLoss(order);
    else parentPort?.postMessage(answerTo(order, store));
  });
  /** What it needs is loaded when it is first asked for: questions do without. */
  const answerAboutLoss = async (order: QuestionOrder): Promise<void> => {
    const { selectionLoss } = await import('../indexing/index.ts');
    parentPort?.postMessage(answerTo(order, store, selectionLoss));
  };
}

type QuestionOrder = Extract<QueryOrder, { question: Question }>;

function answerTo({ id, question }: QuestionOrder, store: QuestionStore, lossOf?: typeof selectionLoss): Answer {
  const damage: string[] = [];
  try {
    const answer = answerFrom(question, store, { lossOf, onDamage: (reasons) => damage.push(...reasons) });
    return { id, answer, ...(damage.length === 0 ? {} : { damage }) };
  } catch (thrown) {
    const error = asAgentBrainError(asStoreError(thrown, store.file));
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    return { id, problem: toProblem(error), ...(error.code === 'INTERNAL' && stack !== undefined ? { stack } : {}) };
  }
}

interface AnswerMeans {
  lossOf: typeof selectionLoss | undefined;
  onDamage: (reasons: readonly string[]) => void;
}

function answerFrom(question: Question, store: QuestionStore, { lossOf, onDamage }: AnswerMeans): unknown {
  switch (question.kind) {
    case 'chunk':
      return store.read((reader) => answerChunk(reader, question.id));
    case 'folder-requests':
      return store.folderRequests();
    case 'selection-loss': {
      const { root, order } = question;
      return store.read((reader) => reader?.read((view) => lossOf?.(view, root, order)) ?? { files: 0, lost: 0, examples: [] });
    }
    case 'folders':
      return store.read((reader) => reader?.read((view) => view.folders()) ?? []);
    case 'query': {
      const { request, isIndexing, isUnfilled } = question;
      const context = { isIndexing, isUnfilled, nowMs: () => performance.now(), onDamage };
      return store.read((reader) => answerQuery(reader, request, context), { isUnfilled });
    }
  }
}

/** Prepares statements and reads the first pages; what is wrong with the store is told to the first who asks. */
function warmUp(touch: () => void): void {
  try {
    touch();
  } catch {}
}

main(workerData as QuerySettings);
