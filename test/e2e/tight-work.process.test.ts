import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { PATIENCE, ServedQueue } from './served-queue.ts';
import { slowPdf } from './slow-document.ts';

/** Enough that each thread that reads has one before it that it will not put down. */
const documents = 6;

/** An instance whose index answers for `base`, and that reads documents which hold their threads. */
async function startTightWork(environment: Record<string, string> = {}) {
  const pdf = slowPdf();
  const slow = Object.fromEntries(Array.from({ length: documents }, (_, n) => [`tight/document${n}.pdf`, pdf]));
  const queue = await ServedQueue.start(
    { 'base/zebra.md': '# Zebra crossing\n', 'next/after.md': '# Afterwards\n', ...slow },
    { environment },
  );
  await queue.ended(await queue.submitted('base'));
  const [id, next] = [await queue.submitted('tight'), await queue.submitted('next')];
  await waitUntil(
    'a document is being read',
    async () => {
      const { progress } = await queue.job(id);
      return progress.phase === 'indexing' && progress.files_done === 0;
    },
    PATIENCE,
  );
  return { queue, id, next };
}

test('a forced cancel ends within two seconds a job whose threads do not listen, and what was committed answers all the time', async () => {
  const { queue, id, next } = await startTightWork();
  expect(await queue.find('zebra')).toEqual(['base/zebra.md']);
  const since = performance.now();
  const answer = await queue.cancel(id, '?force=true');
  const tookMs = performance.now() - since;
  expect([answer.status, await answer.json()]).toMatchObject([200, { id, status: 'cancelled', processed_documents: 0 }]);
  expect(tookMs).toBeLessThan(withinMs(2_500));
  expect(await queue.find('zebra')).toEqual(['base/zebra.md']);
  const after = await queue.ended(next);
  expect(after.status).toBe('completed');
  expect(Date.parse(after.started_at!) - Date.parse((await queue.job(id)).completed_at!)).toBeLessThan(withinMs(2_500));
  expect(await queue.isIndexing()).toBe(false);
  expect((await queue.find('zebra afterwards')).toSorted()).toEqual(['base/zebra.md', 'next/after.md']);
});

test('a job that runs out of time among such documents fails, and the next one runs within five seconds', async () => {
  const { queue, id, next } = await startTightWork({ AGENT_BRAIN_QUEUE__TIMEOUT_S: '6' });
  const failed = await queue.ended(id);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'JOB_TIMEOUT', message: 'Job timed out after 6 seconds' } });
  const after = await queue.ended(next);
  expect(after.status).toBe('completed');
  expect(Date.parse(failed.completed_at!) - Date.parse(failed.started_at!)).toBeGreaterThanOrEqual(5_900);
  expect(Date.parse(after.started_at!) - Date.parse(failed.completed_at!)).toBeLessThan(withinMs(5_000));
  expect((await queue.find('zebra afterwards')).toSorted()).toEqual(['base/zebra.md', 'next/after.md']);
});
