import { parentPort, workerData } from 'node:worker_threads';
import type { FileIndexed } from '../store/index.ts';
import { ReadBuffer } from '../decode/index.ts';
import { BackgroundThread } from '../threads/index.ts';
import { packResults } from './packed-results.ts';
import { parseFile } from './parse-file.ts';
import { type ParseAnswer, type ParseOrder, type ParseWorkerData, progressOf } from './parse-protocol.ts';
import type { ParseResult } from './parse-result.ts';
import { TextPacker } from './text-packer.ts';

/** Results are sent when they hold so many bytes or so many files: few messages, and none that clones for long. */
const GROUP_BYTES = 256 * 1024;
const GROUP_FILES = 64;

/** Entry of a parse worker: takes lists of files one after another, answers for each file in the same order. */
function main({ progress, precedence }: ParseWorkerData): void {
  const cells = new Int32Array(progress);
  const desk: ParseDesk = { cells, thread: new BackgroundThread(precedence), packer: new TextPacker(), readBuffer: new ReadBuffer() };
  let turn = Promise.resolve();
  parentPort?.on('message', (order: ParseOrder) => {
    turn = turn.then(() => (order === 'ping' ? answer('pong') : parseAll(order, desk)));
  });
}

/** What a worker keeps from order to order. */
interface ParseDesk {
  cells: Int32Array;
  thread: BackgroundThread;
  packer: TextPacker;
  readBuffer: ReadBuffer;
}

async function parseAll(
  { task, settings, items }: Exclude<ParseOrder, 'ping'>,
  { cells, thread, packer, readBuffer }: ParseDesk,
): Promise<void> {
  let group: ParseResult[] = [];
  let bytes = 0;
  const send = () => {
    packer.close();
    const results = packResults(group);
    answer({ task, results }, [results.bytes.buffer]);
    group = [];
    bytes = 0;
  };
  for (const item of items) {
    if (Atomics.load(cells, progressOf.task) !== task) {
      packer.close();
      return;
    }
    Atomics.add(cells, progressOf.begun, 1);
    const result = await thread.inTurnAsync(() => parseFile(item, settings, { packer, readBuffer }));
    group.push(result);
    if (result.kind === 'file') bytes += sizeOf(result.file);
    if (bytes >= GROUP_BYTES || group.length >= GROUP_FILES) send();
  }
  if (group.length > 0) send();
}

const sizeOf = ({ text, outline, postings }: FileIndexed): number => text.length + outline.length + postings.length;

function answer(message: ParseAnswer, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers);
}

main(workerData as ParseWorkerData);
