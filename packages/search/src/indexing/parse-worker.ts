import { parentPort, workerData } from 'node:worker_threads';
import type { FileIndexed } from '../store/index.ts';
import { parseFile } from './parse-file.ts';
import { type ParseAnswer, type ParseOrder, type ParseResult, type ParseWorkerData, progressOf } from './parse-protocol.ts';
import { TextPacker } from './text-packer.ts';

/** Results are sent when they hold so many bytes or so many files: few messages, and none that clones for long. */
const GROUP_BYTES = 256 * 1024;
const GROUP_FILES = 64;

/** Entry of a parse worker: takes lists of files one after another, answers for each file in the same order. */
function main({ progress }: ParseWorkerData): void {
  const cells = new Int32Array(progress);
  let turn = Promise.resolve();
  parentPort?.on('message', (order: ParseOrder) => {
    turn = turn.then(() => (order === 'ping' ? answer('pong') : parseAll(order, cells)));
  });
}

async function parseAll({ task, settings, items }: Exclude<ParseOrder, 'ping'>, cells: Int32Array): Promise<void> {
  const packer = new TextPacker();
  let group: ParseResult[] = [];
  let bytes = 0;
  const send = () => {
    packer.close();
    answer({ task, results: group }, buffersOf(group));
    group = [];
    bytes = 0;
  };
  for (const item of items) {
    if (Atomics.load(cells, progressOf.task) !== task) return;
    Atomics.add(cells, progressOf.begun, 1);
    const result = await parseFile(item, settings, packer);
    group.push(result);
    if (result.kind === 'file') bytes += sizeOf(result.file);
    if (bytes >= GROUP_BYTES || group.length >= GROUP_FILES) send();
  }
  if (group.length > 0) send();
}

const sizeOf = ({ text, outline, postings }: FileIndexed): number => text.length + outline.length + postings.length;

/** Handed over instead of copied. */
function buffersOf(results: readonly ParseResult[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBufferLike>();
  for (const result of results) {
    if (result.kind !== 'file') continue;
    const { text, outline, postings } = result.file;
    for (const { buffer } of [text.block.zstd, outline, postings]) buffers.add(buffer);
  }
  return [...buffers] as ArrayBuffer[];
}

function answer(message: ParseAnswer, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers);
}

main(workerData as ParseWorkerData);
