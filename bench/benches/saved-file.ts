import { appendFileSync, readFileSync, statSync } from 'node:fs';
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
const startsWithinMs = 180_000;

export const savedFile: Bench = {
  name: 'saved-file',
  what: `In a git repository of ${fileCount} files (or in the clone AGENT_BRAIN_BENCH_REPOSITORY) that a running instance watches, one random file after another is saved, with pauses of up to ${longestPauseMs} ms between them (some two and a half minutes in all): from the save until a query finds its new word, and from the event that the watcher tells the instance until that is committed (whole milliseconds).`,
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
    const log = path.join(root, '.claude/agent-brain/logs/server.log');
    const save = async (): Promise<Edit> => {
      edits += 1;
      const word = newWord(edits);
      const file = path.join(root, files[Math.floor(Math.random() * files.length)] ?? '');
      await sleep(Math.random() * longestPauseMs);
      const logged = statSync(log).size;
      const started = performance.now();
      appendFileSync(file, `\n// ${word}\n`);
      for (;;) {
        const { results } = await client.call('query', { body: { query: word, top_k: 1 } });
        const searchable = performance.now() - started;
        if (results[0]?.text.includes(word) === true) return { searchable, committed: await sinceEvent(log, logged) };
        if (searchable > lostAfterMs) throw new Error(`the save of ${file} was not noticed`);
        await sleep(1);
      }
    };
    // Both are told of each edit; whichever is asked for first in a round makes it.
    let edit: Partial<Edit> = {};
    const take = async (which: keyof Edit): Promise<number> => {
      if (edit[which] === undefined) edit = await save();
      const taken = edit[which] as number;
      delete edit[which];
      return taken;
    };
    return {
      samples: {
        'save → searchable': () => take('searchable'),
        'event → committed': () => take('committed'),
      },
      finish: async () => {
        client.close();
        await runProgram([program, 'stop'], env, root);
      },
    };
  },
};

/** Milliseconds. */
interface Edit {
  searchable: number;
  committed: number;
}

async function untilTaken(client: ApiClient): Promise<void> {
  for (const endMs = performance.now() + startsWithinMs; performance.now() < endMs; await sleep(50)) {
    const { watcher, pending_files: pending } = await client.call('status', {});
    if (watcher.state === 'on' && watcher.last_compared_at !== null && pending === 0) return;
  }
  throw new Error(`the instance does not watch after ${startsWithinMs} ms`);
}

/** What the log tells of the batch with the updated file. @param from where its new lines begin */
async function sinceEvent(log: string, from: number): Promise<number> {
  for (const endMs = performance.now() + lostAfterMs; performance.now() < endMs; await sleep(5)) {
    const written = readFileSync(log);
    // A new log has been begun when it is shorter.
    const lines = written.toString('utf8', written.length < from ? 0 : from).split('\n');
    const line = lines.findLast((text) => text.includes('"since_event_ms"') && !text.includes('"updated":0'));
    const found = /"since_event_ms":(\d+)/.exec(line ?? '')?.[1];
    if (found !== undefined) return Number(found);
  }
  throw new Error(`the log ${log} tells of no batch`);
}
