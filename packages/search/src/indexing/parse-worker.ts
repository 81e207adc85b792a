import { parentPort, workerData } from 'node:worker_threads';
import { parseFile } from './parse-file.ts';
import type { ParseItem, ParseResult, ParseSettings } from './parse-protocol.ts';

/** Results are sent when they hold so much text (zstd) or so many files: few messages, and none that clones for long. */
const GROUP_BYTES = 128 * 1024;
const GROUP_FILES = 32;

/** Entry of a parse worker: takes lists of files one after another, answers for each file in the same order. */
function main(settings: ParseSettings): void {
  const begun = new Int32Array(settings.progress);
  let turn = Promise.resolve();
  parentPort?.on('message', (items: ParseItem[]) => {
    turn = turn.then(() => parseAll(items, settings, begun));
  });
}

async function parseAll(items: readonly ParseItem[], settings: ParseSettings, begun: Int32Array): Promise<void> {
  let group: ParseResult[] = [];
  let bytes = 0;
  const send = () => {
    const buffers = group.flatMap((result) => (result.kind === 'file' ? [result.file.text.buffer as ArrayBuffer] : []));
    parentPort?.postMessage(group, buffers);
    group = [];
    bytes = 0;
  };
  for (const item of items) {
    Atomics.add(begun, 0, 1);
    const result = await parseFile(item, settings);
    group.push(result);
    if (result.kind === 'file') bytes += result.file.text.byteLength;
    if (bytes >= GROUP_BYTES || group.length >= GROUP_FILES) send();
  }
  if (group.length > 0) send();
}

main(workerData as ParseSettings);
