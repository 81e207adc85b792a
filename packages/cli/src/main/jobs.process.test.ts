import fs from 'node:fs';
import path from 'node:path';
import type { Job, JobAccepted, JobList } from '@agent-brain/contract/jobs';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, test } from 'vitest';
import { TestUser } from '../fixtures/index.ts';

beforeEach((context) => requireProgram(context, 'git'));

/** One large file under many names: minutes of work for the engine, and hardly any for the disk. */
function addSlowFolder(root: string): void {
  const folder = path.join(root, 'slow');
  fs.mkdirSync(folder);
  const words = Array.from({ length: 60_000 }, (_, n) => `w${(n * 2_654_435_761) % 1_000_003}`);
  fs.writeFileSync(path.join(folder, 'part0.md'), words.join(' ').replaceAll(/(.{90}) /g, '$1\n'));
  for (let n = 1; n < 400; n += 1) fs.linkSync(path.join(folder, 'part0.md'), path.join(folder, `part${n}.md`));
}

async function startSlowJob() {
  const user = new TestUser();
  const cwd = user.project('jobs');
  addSlowFolder(cwd);
  // What watching does may last long enough to be told as a job.
  await user.run(['start'], { cwd, env: { AGENT_BRAIN_WATCH: 'false' } });
  const { job_id } = await user.json<JobAccepted>(['index', 'slow', '--detach'], { cwd });
  const show = () => user.json<Job>(['jobs', job_id], { cwd });
  await waitUntil('it runs', async () => (await show()).progress.phase === 'indexing');
  return { user, cwd, job_id, show };
}

test('watching in a pipe prints one event a line, and Ctrl-C leaves the jobs alone', async () => {
  const { user, cwd, job_id, show } = await startSlowJob();
  const watching = user.spawn(['jobs', '--watch'], { cwd });
  await waitUntil('some events', () => watching.stdout.split('\n').length > 3);
  watching.child.kill('SIGINT');
  expect(await watching.ended).toMatchObject({ code: 130, stderr: '' });
  const events = watching.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; job: Job });
  for (const { event, job } of events) expect([event, job.id, job.status]).toEqual(['progress', job_id, 'running']);
  expect((await show()).status).toBe('running');
});

test('following an index ends with Ctrl-C and says that the job goes on', async () => {
  const { user, cwd, job_id, show } = await startSlowJob();
  await user.run(['jobs', 'cancel', job_id, '--force'], { cwd });
  const following = user.spawn(['index', 'slow'], { cwd });
  await waitUntil('it shows progress', () => following.stderr.includes('indexing'));
  following.child.kill('SIGINT');
  const ended = await following.ended;
  expect(ended).toMatchObject({ code: 130, stdout: '', stderr: expect.stringMatching(/The job job_[0-9a-f]{12} goes on/) });
  const { jobs } = await user.json<JobList>(['jobs', '--status', 'running'], { cwd });
  expect(jobs).toHaveLength(1);
  expect((await show()).status).toBe('cancelled');
});

test('a waiting job is cancelled, a running one only by force, an ended one not at all', async () => {
  const { user, cwd, job_id } = await startSlowJob();
  const second = await user.json<JobAccepted>(['index', '.', '--detach'], { cwd });
  expect(await user.json<Job>(['jobs', '--cancel', second.job_id], { cwd })).toMatchObject({ status: 'cancelled' });
  expect(await user.problem(['jobs', 'cancel', job_id], { cwd })).toMatchObject({ code: 'JOB_RUNNING', exit: 3 });
  expect(await user.json<Job>(['jobs', 'cancel', job_id, '--force'], { cwd })).toMatchObject({ status: 'cancelled' });
  expect(await user.problem(['jobs', 'cancel', job_id], { cwd })).toMatchObject({ code: 'JOB_FINISHED', exit: 4 });
  expect(await user.problem(['jobs', 'cancel', 'job_000000000000'], { cwd })).toMatchObject({ code: 'JOB_UNKNOWN', exit: 4 });
  const table = await user.run(['jobs'], { cwd });
  expect(table.stdout).toMatch(/^ID +STATUS +FOLDER +PROGRESS +CREATED\n/);
  expect(table.stdout.match(/^job_[0-9a-f]{12} +cancelled /gm)).toHaveLength(2);
});

test('watching one job ends with it, and its end is the exit code', async () => {
  const { user, cwd, job_id } = await startSlowJob();
  const second = await user.json<JobAccepted>(['index', 'slow', '--detach'], { cwd }).catch(() => undefined);
  expect(second).toBeUndefined();
  const watching = user.spawn(['jobs', job_id, '--watch'], { cwd });
  await waitUntil('an event', () => watching.stdout.includes('\n'));
  await user.run(['jobs', 'cancel', job_id, '--force'], { cwd });
  const ended = await watching.ended;
  expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('JOB_CANCELLED') });
  expect(JSON.parse(ended.stdout.trimEnd().split('\n').at(-1) as string)).toMatchObject({ event: 'cancelled', job: { id: job_id } });
});
