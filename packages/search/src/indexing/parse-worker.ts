import { parentPort, workerData } from 'node:worker_threads';
import { parseFile } from './parse-file.ts';
import { type ParseAnswer, type ParseOrder, type ParseResult, type ParseWorkerData, progressOf } from './parse-protocol.ts';

/** Results are sent when they hold so much text (zstd) or so many files: few messages, and none that clones for long. */
const GROUP_BYTES = 128 * 1024;
const GROUP_FILES = 32;

/** Entry of a parse worker: takes lists of files one after another, answers for each file in the same order. */
function main({ progress }: ParseWorkerData): void {
  const cells = new Int32Array(progress);
  let turn = Promise.resolve();
  parentPort?.on('message', (order: ParseOrder) => {
    turn = turn.then(() => (order === 'ping' ? answer('pong') : parseAll(order, cells)));
  });
}

async function parseAll({ task, settings, items }: Exclude<ParseOrder, 'ping'>, cells: Int32Array): Promise<void> {
  let group: ParseResult[] = [];
  let bytes = 0;
  const send = () => {
    const buffers = group.flatMap((result) => (result.kind === 'file' ? [result.file.text.buffer as ArrayBuffer] : []));
    answer({ task, results: group }, buffers);
    group = [];
    bytes = 0;
  };
  for (const item of items) {
    if (Atomics.load(cells, progressOf.task) !== task) return;
    Atomics.add(cells, progressOf.begun, 1);
    const result = await parseFile(item, settings);
    group.push(result);
    if (result.kind === 'file') bytes += result.file.text.byteLength;
    if (bytes >= GROUP_BYTES || group.length >= GROUP_FILES) send();
  }
  if (group.length > 0) send();
}

function answer(message: ParseAnswer, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers);
}

main(workerData as ParseWorkerData);
