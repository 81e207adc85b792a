import type { Job, JobStatus } from '@agent-brain/contract/jobs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { jobRecord, testStore } from './fixtures/job-records.ts';

type Step =
  | { readonly kind: 'save' | 'progress'; readonly n: number; readonly status: JobStatus }
  | { readonly kind: 'forget'; readonly n: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('save' as const, 'progress' as const),
      n: fc.nat(9),
      status: fc.constantFrom<JobStatus>('queued', 'running', 'completed', 'failed', 'cancelled'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), n: fc.nat(9) }) },
);

const summary = (jobs: Iterable<Job>): Record<string, unknown> =>
  Object.fromEntries([...jobs].map((job) => [job.id, [job.status, job.total_documents]]));

/** What a process makes of what the one before it left running. */
const afterCrash = (job: Job): Job => (job.status === 'running' ? { ...job, status: 'queued', total_documents: 0 } : job);

test('whatever was saved, and wherever the writing broke off, the next process has the states up to there', async () => {
  const runs = process.env['AGENT_BRAIN_SOAK'] === '1' ? 2_000 : 60;
  const directory = temporaryDirectory('replay');
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(), fc.nat(200), async (steps, crashAt, tornBytes) => {
      const file = path.join(directory, String(run++), 'queue', 'jobs.jsonl');
      const { store } = testStore(file);
      await store.open();
      const model = new Map<string, Job>();
      const until = steps.length === 0 ? 0 : crashAt % (steps.length + 1);
      for (const [change, taken] of steps.slice(0, until).entries()) {
        if (taken.kind === 'forget') {
          store.forget(jobRecord(taken.n).id);
          continue;
        }
        const job = jobRecord(taken.n, { status: taken.status, total_documents: change });
        if (taken.kind === 'save') await store.save(job);
        else store.saveProgress(job);
        if (taken.kind === 'save') model.set(job.id, job);
      }
      await store.close();
      // The line that a crash tears is a change that nobody was promised.
      if (fs.existsSync(file))
        fs.appendFileSync(file, JSON.stringify(jobRecord(3, { status: 'failed', total_documents: 999 })).slice(0, tornBytes));
      const next = testStore(file);
      const { ended, unfinished } = await next.store.open();
      await next.store.close();
      const found = summary([...ended, ...unfinished]);
      const forgotten = new Set(steps.slice(0, until).flatMap((taken) => (taken.kind === 'forget' ? [jobRecord(taken.n).id] : [])));
      const progressed = new Set(steps.slice(0, until).flatMap((taken) => (taken.kind === 'progress' ? [jobRecord(taken.n).id] : [])));
      for (const [id, job] of model) {
        if (forgotten.has(id) || progressed.has(id)) continue;
        expect(found[id]).toEqual(summary([afterCrash(job)])[id]);
      }
      for (const id of Object.keys(found)) expect(model.has(id) || progressed.has(id)).toBe(true);
    }),
    { numRuns: runs },
  );
});
