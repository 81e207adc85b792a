import fs from 'node:fs';
import path from 'node:path';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';
import { ServedProject } from '../fixtures/index.ts';

const source = (name: string): string => `export function ${name}(value: number): number {\n  return value + 1;\n}\n`;

/** Enough that a run is still going on when the next call arrives. */
const manyFiles = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`many/file${n}.ts`, source(`function${n}`).repeat(20)]));

describe('jobs of a real instance', () => {
  test('index folders in the order they came, and queries answer from what was indexed', async () => {
    const project = new ServedProject();
    project.write({ 'a/apple.ts': source('pickApple'), 'b/banana.ts': source('peelBanana'), 'c/cherry.ts': source('pitCherry') });
    // What watching does may last long enough to be told as a job.
    const server = await project.start([], { AGENT_BRAIN_WATCH: 'false' });
    for (const folder of ['a', 'b', 'c']) await server.ask('index', '/index', { folder_path: folder });
    const { jobs } = await waitUntil('all three have completed', async () => {
      const list = await server.ask('jobs', '/index/jobs');
      return list.completed_count === 3 && list;
    });
    const folders = jobs
      .toSorted((one, other) => (one.completed_at! < other.completed_at! ? -1 : 1))
      .map((job) => path.basename(job.folder_path));
    expect(folders).toEqual(['a', 'b', 'c']);
    const answer = await server.ask('query', '/query', { query: 'peelBanana' });
    expect(answer.results[0]?.path).toBe('b/banana.ts');
    expect(await server.ask('status', '/health/status')).toMatchObject({
      total_documents: 3,
      indexing_in_progress: false,
      queued_jobs_count: 0,
    });
    expect(project.log()).toMatch(/"job_id":"job_[0-9a-f]{12}".*"msg":"job ended"/);
  });

  test('are never admitted beyond the limit, however many ask at once', async () => {
    const project = new ServedProject();
    project.configure({ queue: { max: 5 } });
    const folders = Array.from({ length: 60 }, (_, n) => `folder${n}`);
    project.write(Object.fromEntries(folders.map((folder) => [`${folder}/file.md`, `# ${folder}\n`])));
    const server = await project.start();
    const answers = await Promise.all(
      folders.map((folder) => server.request('/index', { method: 'POST', body: JSON.stringify({ folder_path: folder }) })),
    );
    const bodies = await Promise.all(answers.map((answer) => answer.json() as Promise<{ queue_length?: number; code?: string }>));
    const accepted = bodies.filter((_, n) => answers[n]?.status === 202);
    const refused = answers.filter((answer) => answer.status === 503);
    expect(accepted.length + refused.length).toBe(folders.length);
    expect(Math.max(...accepted.map((body) => body.queue_length as number))).toBe(5);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('that run are stopped by force within two seconds, and the next one follows', async () => {
    const project = new ServedProject();
    project.write({ ...manyFiles(), 'a/apple.ts': source('pickApple') });
    const server = await project.start();
    const { job_id } = await server.ask('index', '/index', { folder_path: 'many' });
    await waitUntil('it runs', async () => (await server.ask('job', `/index/jobs/${job_id}`)).status === 'running');
    expect((await server.request(`/index/jobs/${job_id}`, { method: 'DELETE' })).status).toBe(409);
    const since = performance.now();
    expect((await server.ask('jobCancel', `/index/jobs/${job_id}?force=true`)).status).toBe('cancelled');
    expect(performance.now() - since).toBeLessThan(withinMs(2_500));
    expect((await server.index('a')).status).toBe('completed');
  });

  test('that have not ended at a stop go on with the next instance, in their order and at no cost', async () => {
    const project = new ServedProject();
    project.write({ ...manyFiles(), 'a/apple.ts': source('pickApple') });
    const first = await project.start();
    const ids: string[] = [];
    for (const folder of ['many', 'a']) ids.push((await first.ask('index', '/index', { folder_path: folder })).job_id);
    await waitUntil('it runs', async () => (await first.ask('job', `/index/jobs/${ids[0]}`)).status === 'running');
    expect(await first.stop()).toMatchObject({ code: 0 });
    const second = await project.start();
    const jobs = await Promise.all(
      ids.map((id) =>
        waitUntil('it has ended', async () => {
          const job = await second.ask('job', `/index/jobs/${id}`);
          return job.completed_at !== null && job;
        }),
      ),
    );
    expect(jobs).toMatchObject([
      { status: 'completed', attempts: 0, total_documents: 1_500 },
      { status: 'completed', attempts: 0, total_documents: 1 },
    ]);
    expect(jobs[0]!.completed_at! <= jobs[1]!.started_at!).toBe(true);
  });
});

test('a project that was moved is verified again at its new place, as it was asked for', async () => {
  const project = new ServedProject();
  project.write({ 'src/apple.ts': source('pickApple'), 'src/made/pear.ts': source('pickPear') });
  const before = await project.start();
  const { job_id } = await before.ask('index', '/index', { folder_path: 'src', exclude: ['**/made/**'] });
  await waitUntil('it is indexed', async () => (await before.ask('job', `/index/jobs/${job_id}`)).status === 'completed');
  await before.stop();
  project.move('moved');
  fs.writeFileSync(path.join(project.root, 'src', 'apple.ts'), source('eatApple'));

  const after = await project.start();
  const { folders } = await waitUntil('the folder is indexed at its new place', async () => {
    const list = await after.ask('folders', '/index/folders');
    return list.folders.length === 1 && list.folders[0]?.folder_path === path.join(project.root, 'src') && list;
  });
  expect(folders).toMatchObject([{ documents: 1 }]);
  expect((await after.ask('query', '/query', { query: 'eatApple' })).results[0]?.text).toContain('eatApple');
  await waitUntil(
    'the state directory knows its place',
    () => JSON.parse(fs.readFileSync(project.file('state.json'), 'utf8')).project_root === project.root,
  );
});
