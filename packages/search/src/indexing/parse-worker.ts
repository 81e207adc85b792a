import { parentPort, workerData } from 'node:worker_threads';
import type { FileIndexed } from '../store/index.ts';
import { ReadBuffer } from '../decode/index.ts';
import { BackgroundThread } from '../threads/index.ts';
import { parseFile } from './parse-file.ts';
import { type ParseAnswer, type ParseOrder, type ParseResult, type ParseWorkerData, progressOf } from './parse-protocol.ts';
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
    answer({ task, results: group }, gather(group));
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

/**
 * Puts what the files brought into one buffer, because each one that is handed over costs as much as a small file's bytes.
 * @returns the buffers to hand over instead of copying them
 */
function gather(results: readonly ParseResult[]): ArrayBuffer[] {
  const files = results.flatMap((result) => (result.kind === 'file' ? [result.file] : []));
  const blocks = new Set(files.map(({ text }) => text.block));
  let length = 0;
  for (const { outline, postings } of files) length += outline.length + postings.length;
  for (const { zstd } of blocks) length += zstd.length;
  const common = new Uint8Array(length);
  let end = 0;
  const move = (bytes: Uint8Array): Uint8Array => {
    common.set(bytes, end);
    end += bytes.length;
    return common.subarray(end - bytes.length, end);
  };
  for (const file of files) {
    file.outline = move(file.outline);
    file.postings = move(file.postings);
  }
  for (const block of blocks) block.zstd = move(block.zstd);
  return [common.buffer];
}

function answer(message: ParseAnswer, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers);
}

main(workerData as ParseWorkerData);
