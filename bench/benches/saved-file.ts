import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@agent-brain/client/api';
import { discover } from '@agent-brain/client/discovery';
import { processEnvironment } from '@agent-brain/runtime/project';
import type { Bench } from '../frame/bench.ts';
import { bareNode, runProgram } from '../frame/processes.ts';
import { git, makeRepository, newWord } from '../frame/repository.ts';

const fileCount = 10_000;
/** A clone to measure in, instead of a made repository; its files are appended to. */
const clone = process.env['AGENT_BRAIN_BENCH_REPOSITORY'];
/** Between two edits at most, and a little more than the watcher waits after the last event: both its ways are met. */
const longestPauseMs = 900;
const lostAfterMs = 20_000;

export const savedFile: Bench = {
  name: 'saved-file',
  what: `In a git repository of ${fileCount} files (or in the clone AGENT_BRAIN_BENCH_REPOSITORY) that a running instance watches, one random file after another is saved: from the save until a query finds its new word, and from the event that the watcher tells the instance until that is committed (whole milliseconds).`,
  reference: bareNode,
  rounds: 250,
  async prepare({ program, folder, env }) {
    const root = clone ?? makeRepository(folder, fileCount);
    const files = git(root, 'ls-files', '-z')
      .split('\0')
      .filter((file) => /\.(?:ts|js|java|go|py|rs|c|h)$/.test(file));
    const debug = { ...env, AGENT_BRAIN_LOG_LEVEL: 'debug' };
    await runProgram([program, 'start'], debug, root);
    await runProgram([program, 'index'], debug, root);
    const instance = await discover(root, { environment: { ...processEnvironment(), env } });
    if (instance === null) throw new Error('the instance is not found');
    const client = instance.connect({ keepAlive: true });
    await untilTaken(client);
    let edits = 0;
    const save = async (): Promise<number> => {
      edits += 1;
      const word = newWord(edits);
      const file = path.join(root, files[Math.floor(Math.random() * files.length)] ?? '');
      await sleep(Math.random() * longestPauseMs);
      const started = performance.now();
      appendFileSync(file, `\n// ${word}\n`);
      for (;;) {
        const { results } = await client.call('query', { body: { query: word, top_k: 1 } });
        const elapsedMs = performance.now() - started;
        if (results[0]?.text.includes(word) === true) return elapsedMs;
        if (elapsedMs > lostAfterMs) throw new Error(`the save of ${file} was not noticed`);
        await sleep(1);
      }
    };
    return {
      samples: {
        'save → searchable': save,
        'event → committed': async () => {
          await save();
          return lastSinceEvent(path.join(root, '.claude/agent-brain/logs/server.log'));
        },
      },
      finish: async () => {
        client.close();
        await runProgram([program, 'stop'], env, root);
      },
    };
  },
};

async function untilTaken(client: ApiClient): Promise<void> {
  for (;;) {
    const { watcher, pending_files: pending } = await client.call('status', {});
    if (watcher.state === 'on' && watcher.last_compared_at !== null && pending === 0) return;
    await sleep(50);
  }
}

/** Of the batch that the log tells of last, with a file that was updated. */
async function lastSinceEvent(log: string): Promise<number> {
  for (;;) {
    const line = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .findLast((text) => text.includes('"since_event_ms"') && !text.includes('"updated":0'));
    const found = /"since_event_ms":(\d+)/.exec(line ?? '')?.[1];
    if (found !== undefined) return Number(found);
    await sleep(5);
  }
}
