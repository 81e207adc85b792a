import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { ServedProject } from '../fixtures/index.ts';

interface Line {
  readonly msg: string;
  readonly job_id?: string;
  readonly request_id?: string;
}

test('lines about a job carry the id of no request but its own', async () => {
  const project = new ServedProject();
  for (const name of ['a', 'b', 'c']) project.write({ [`${name}/readme.md`]: `# ${name}\n` });
  const server = await project.start();
  const requestOf = new Map<string, string>();
  for (const name of ['a', 'b', 'c']) {
    const answer = await server.request('/index', { method: 'POST', body: JSON.stringify({ folder_path: name }) });
    const { job_id } = (await answer.json()) as { job_id: string };
    requestOf.set(job_id, answer.headers.get('x-request-id') ?? '');
  }
  const lines = (): Line[] =>
    project
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const startedOf = (): Line[] => lines().filter(({ msg, job_id }) => msg === 'job started' && requestOf.has(job_id ?? ''));
  await waitUntil('all jobs have started', () => startedOf().length === 3);
  const jobs = await waitUntil('all jobs have ended', async () => {
    const { jobs: all } = await server.ask('jobs', '/index/jobs');
    return all.every(({ completed_at }) => completed_at !== null) && all;
  });
  expect(jobs.map(({ id }) => id).toSorted()).toEqual([...requestOf.keys()].toSorted());
  for (const { msg, job_id, request_id } of lines()) {
    if (job_id === undefined || request_id === undefined) continue;
    expect([msg, request_id]).toEqual([msg, requestOf.get(job_id)]);
  }
});
