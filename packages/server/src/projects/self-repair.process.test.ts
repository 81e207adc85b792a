import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { indexRequestSchema, type IndexStats } from '@agent-brain/contract/jobs';
import { queryRequestSchema } from '@agent-brain/contract/query';
import { type Engine, openEngine } from '@agent-brain/search/engine';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../clock/index.ts';
import { SelfRepair, type SelfRepairOptions } from './self-repair.ts';

const indexConfig = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };
const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

/** A project that was indexed, and whose store was emptied afterwards. */
async function lostProject(): Promise<{ root: string; dataDir: string }> {
  const root = temporaryDirectory('project');
  const dataDir = temporaryDirectory('data');
  fs.writeFileSync(path.join(root, 'a.ts'), 'export const heron = 1;\n');
  const engine = await openEngine({ projectRoot: root, dataDir });
  const around = { config: indexConfig, signal: new AbortController().signal, onProgress: () => {} };
  await engine.index({ folder: root, operation: 'index', request: indexRequestSchema.parse({ folder_path: root }), ...around });
  await engine.close();
  fs.truncateSync(path.join(dataDir, 'index.db'));
  return { root, dataDir };
}

test('an index that is lost is made again without being asked, after a first try that failed as well', async () => {
  const { root, dataDir } = await lostProject();
  const clock = new ManualClock();
  let tries = 0;
  const queue = {
    interlude: async ({ perform }: Parameters<SelfRepairOptions['queue']['interlude']>[0]): Promise<IndexStats> => {
      tries += 1;
      if (tries === 1) throw new AgentBrainError('DISK_FULL', 'The index cannot grow');
      return perform({ signal: new AbortController().signal, onProgress: () => {} });
    },
  };
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (_fields: object, message: string) => void warnings.push(message) };
  const engine = await openEngine({ projectRoot: root, dataDir, onDamage: () => repair.begin() });
  engines.push(engine);
  const repair = new SelfRepair({ root, engine, queue, indexConfig, clock, log });
  expect(engine.status()).toMatchObject({ state: 'corrupt', needsRenewal: true });
  await waitUntil('the first try has failed', () => warnings.length === 1);
  clock.advance(15_000);
  await waitUntil('the index is whole', () => engine.status().state === 'ready');
  const { results, warnings: said } = await engine.query(queryRequestSchema.parse({ query: 'heron', mode: 'bm25' }));
  expect([results.map((result) => result.path), said]).toEqual([['a.ts'], []]);
  expect(tries).toBe(2);
});
