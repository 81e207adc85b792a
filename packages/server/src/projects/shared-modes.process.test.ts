import fs from 'node:fs';
import path from 'node:path';
import { type ProjectRuntimeRecord, projectRuntimeRecordSchema } from '@agent-brain/contract/instances';
import type { QueryResponse } from '@agent-brain/contract/query';
import { writeCorpus } from '@agent-brain/test-harness/corpus';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { AskedDaemon, pointerOf, ServedHome, ServerProcess } from '../fixtures/index.ts';

/** An instance of its own for a project of this home. */
async function ownInstance(home: ServedHome, root: string): Promise<ServerProcess<ProjectRuntimeRecord>> {
  const stateDir = path.join(root, '.claude', 'agent-brain');
  const server = ServerProcess.spawn({
    args: ['--project-root', root, '--state-dir', stateDir],
    env: { AGENT_BRAIN_HOME: home.home },
    readRecord: () => projectRuntimeRecordSchema.parse(JSON.parse(fs.readFileSync(path.join(stateDir, 'runtime.json'), 'utf8'))),
  });
  await server.ready();
  return server;
}

/** A tree of some 200 chunks that is the same everywhere. */
function generated(home: ServedHome, name: string, seed: number): string {
  const root = home.project(name);
  writeCorpus(root, { bytes: 200_000, seed });
  return root;
}

/** Words of the tree itself, the same ones each time. */
function questions(root: string): string[] {
  const names = fs.readdirSync(root, { recursive: true }).map(String);
  const files = names.filter((name) => /\.\w+$/.test(name) && !name.startsWith('.claude')).toSorted();
  const lines = files.flatMap((name) => fs.readFileSync(path.join(root, name), 'utf8').split('\n'));
  const words = lines.map((line) => (line.match(/[A-Za-z]{4,}/g) ?? []).slice(0, 4).join(' ')).filter((text) => text !== '');
  return words.filter((_, index) => index % 80 === 0).slice(0, 24);
}

/** How long it took, and in how many commits the index was made, are a matter of the machine. */
/** Until its first comparison with the disk a project counts as pending, which has nothing to do with what is found. */
const withoutTime = (answer: QueryResponse) => ({ ...answer, query_time_ms: 0, index_generation: 0, pending_files: 0 });

async function answers(server: ServerProcess, root: string, projectId?: string) {
  const id = projectId === undefined ? {} : { project_id: projectId };
  const asked = questions(root).map((query) => server.ask('query', '/query', { query, context_lines: 2, explain: true, ...id }));
  return (await Promise.all(asked)).map(withoutTime);
}

test('two projects in one daemon answer every question as an instance of its own does, and switching modes mixes nothing', async () => {
  const home = new ServedHome();
  const roots = [generated(home, 'first', 11), generated(home, 'second', 22)];
  const own = [];
  for (const root of roots) {
    const server = await ownInstance(home, root);
    await server.index('.');
    own.push(await answers(server, root));
    expect((await server.stop()).code).toBe(0);
  }
  expect(own.flat().filter(({ results }) => results.length > 0).length).toBeGreaterThan(20);

  const daemon = new AskedDaemon(await home.start());
  const ids = await Promise.all(roots.map((root) => daemon.add(root)));
  // What the other mode has indexed is not what this one answers from.
  expect((await answers(daemon.server, roots[0] as string, ids[0])).flatMap(({ results }) => results)).toEqual([]);
  await Promise.all(ids.map((id) => daemon.index(id)));
  for (const [index, root] of roots.entries()) expect(await answers(daemon.server, root, ids[index])).toEqual(own[index]);
  const both = await daemon.server.ask('query', '/query', { query: questions(roots[0] as string)[0], project_ids: ids });
  expect(both.results.length).toBeGreaterThan(0);
  expect(ids).toEqual(expect.arrayContaining(both.results.map(({ project_id }) => project_id)));

  await expect(ownInstance(home, roots[0] as string)).rejects.toThrow('INSTANCE_ALREADY_RUNNING');
  await daemon.remove(ids[0] as string);
  const again = await ownInstance(home, roots[0] as string);
  expect(await answers(again, roots[0] as string)).toEqual(own[0]);
  expect(await daemon.refusal('/projects', { method: 'POST', body: JSON.stringify({ project_root: roots[0] }) })).toMatchObject({
    status: 409,
    code: 'INSTANCE_ALREADY_RUNNING',
    data: { pid: again.pid },
  });
  expect((await daemon.served()).all).toEqual([ids[1]]);
});

test('a daemon that was killed: the next one serves its projects, and goes on with their jobs', async () => {
  const home = new ServedHome();
  const [busy, idle] = [home.project('busy'), home.project('idle')];
  writeCorpus(busy, { bytes: 1_500_000 });
  const first = new AskedDaemon(await home.start());
  const [busyId, idleId] = [await first.add(busy), await first.add(idle)];
  const job = await first.begin(busyId);
  await waitUntil('it indexes', async () => (await first.job(busyId, job)).progress.files_done > 0);
  await first.server.kill();
  const before = pointerOf(idle);

  const second = new AskedDaemon(await home.start());
  expect((await second.served()).all).toEqual([busyId, idleId].toSorted());
  await waitUntil('clients are told of the new one', () => pointerOf(idle)?.['instance_id'] === second.server.record().instance_id);
  expect(before?.['instance_id']).not.toBe(second.server.record().instance_id);
  const ended = await second.ended(busyId, job);
  expect([ended.status, ended.attempts]).toEqual(['completed', 1]);
  expect((await second.served()).loaded).toEqual([busyId]);

  expect((await second.server.stop()).code).toBe(0);
  expect([pointerOf(busy), pointerOf(idle), home.artifacts()]).toEqual([undefined, undefined, []]);
});

test('a reader of events is let go when its project is served no longer', async () => {
  const home = new ServedHome();
  const daemon = new AskedDaemon(await home.start());
  const id = await daemon.add(home.project('one'));
  const stream = await daemon.server.request(`/index/events?project_id=${id}`);
  expect((await daemon.served()).loaded).toEqual([id]);
  await daemon.remove(id);
  expect(await stream.text()).toContain('retry:');
  expect(await daemon.refusal(`/index/events?project_id=${id}`)).toMatchObject({ status: 404, code: 'PROJECT_UNKNOWN' });
});

test('every question about a project needs its id, and every path of a project that is not served says so', async () => {
  const home = new ServedHome();
  const daemon = new AskedDaemon(await home.start());
  await daemon.add(home.project('one'));
  const doors: [string, string, object?][] = [
    ['POST', '/index', { folder_path: '.' }],
    ['POST', '/index/add', { folder_path: '.' }],
    ['POST', '/index/plan', { folder_path: '.' }],
    ['POST', '/index/verify', {}],
    ['POST', '/index/repair', {}],
    ['DELETE', '/index?confirm=true'],
    ['GET', '/index/folders'],
    ['DELETE', '/index/folders?folder_path=.'],
    ['GET', '/index/jobs'],
    ['GET', '/index/jobs/j_1'],
    ['DELETE', '/index/jobs/j_1'],
    ['GET', '/index/events'],
    ['GET', '/index/jobs/j_1/events'],
    ['POST', '/query', { query: 'x' }],
    ['GET', '/query/chunks/c_1'],
    ['GET', '/health/status'],
  ];
  const asked = async (project: string | undefined): Promise<Set<string>> => {
    const refusals = doors.map(([method, url, body]) => {
      const named = project === undefined ? {} : { project_id: project };
      const query = body === undefined && project !== undefined ? `${url.includes('?') ? '&' : '?'}project_id=${project}` : '';
      return daemon.refusal(url + query, { method, ...(body === undefined ? {} : { body: JSON.stringify({ ...body, ...named }) }) });
    });
    return new Set(
      (await Promise.all(refusals)).map(
        ({ status, code }, index) => `${status} ${code}${code.startsWith('PROJECT') ? '' : doors[index]?.[1]}`,
      ),
    );
  };
  expect(await asked(undefined)).toEqual(new Set(['400 PROJECT_ID_REQUIRED']));
  expect(await asked('p_00000000')).toEqual(new Set(['404 PROJECT_UNKNOWN']));
  const metrics = await (await daemon.server.request('/metrics')).text();
  expect(metrics).toMatch(/agent_brain_projects\{state="served"\} 1\nagent_brain_projects\{state="loaded"\} 0/);
});
