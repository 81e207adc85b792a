import { existsSync } from 'node:fs';
import path from 'node:path';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';
import { RawAgent, sampleProject } from '../fixtures/index.ts';

test('ten agents at once on a project that nobody initialised get one instance, one run and ten answers', {
  timeout: 600_000,
}, async () => {
  const machine = new Machine();
  const root = sampleProject(machine);
  const agents = Array.from({ length: 10 }, () => new RawAgent(path.join(root, 'src'), machine.environment));
  const answers = await Promise.all(
    agents.map(async (agent) => {
      await agent.open();
      return await agent.tool('search', { query: 'boiler pressure' });
    }),
  );
  for (const { text, isError } of answers) {
    expect(isError, text).toBe(false);
    expect(text).toContain('src/boiler.ts:1-4 measureBoilerPressure');
  }
  const { pid } = readRuntime(root);
  const { jobs } = await machine.json<{ jobs: { trigger?: string }[] }>(root, ['jobs']);
  // On a busy machine what watching does may last long enough to be told as well.
  expect(jobs.filter(({ trigger }) => trigger === undefined)).toHaveLength(1);
  expect(readRuntime(root).pid).toBe(pid);
  for (const agent of agents) expect(await agent.leave()).toBe(0);
});

test('an agent that only looks leaves a project that nobody initialised as it is', async () => {
  const machine = new Machine();
  const root = sampleProject(machine);
  const agent = new RawAgent(root, machine.environment);
  await agent.open();
  await agent.ask('tools/list');
  expect((await agent.tool('status')).structured).toMatchObject({ running: false, project_root: root, index: null });
  expect((await agent.tool('list_projects')).structured).toEqual({ projects: [] });
  expect((await agent.ask('resources/read', { uri: 'agent-brain://folders' })).result).toMatchObject({
    contents: [{ text: '{"folders":[]}' }],
  });
  expect(await agent.leave()).toBe(0);
  expect(existsSync(stateDirOf(root))).toBe(false);
});

test('the instance of a project that was initialised is up before the first call', async () => {
  const machine = new Machine();
  const root = sampleProject(machine);
  await machine.json(root, ['init']);
  const agent = new RawAgent(root, machine.environment);
  await agent.open();
  await expect.poll(() => existsSync(path.join(stateDirOf(root), 'runtime.json')), { timeout: 300_000 }).toBe(true);
  expect(agent.lines).toHaveLength(1);
});

test('the home directory and / are refused with what to do, and the tools are listed all the same', async (context) => {
  requireProgram(context, 'git');
  const machine = new Machine();
  const agent = new RawAgent(machine.environment['HOME'] ?? '', machine.environment);
  await agent.open();
  expect((await agent.ask('tools/list')).result).toMatchObject({
    tools: expect.arrayContaining([expect.objectContaining({ name: 'search' })]),
  });
  const { text, isError } = await agent.tool('search', { query: 'x' });
  expect(isError).toBe(true);
  expect(text).toContain('[PROJECT_ROOT_REFUSED]');
  expect(text).toContain('--project');
});

test('a project in which nothing was to be indexed is not indexed again by every search', async () => {
  const machine = new Machine();
  const root = sampleProject(machine);
  await machine.json(root, ['start']);
  const agent = new RawAgent(root, machine.environment);
  await agent.open();
  const { structured } = await agent.tool('index_folder', { folder_path: '.', include: ['nothing/**'], wait_s: 30 });
  expect(structured).toMatchObject({ job: { status: 'completed' } });
  const asked = async () => {
    const { jobs } = await machine.json<{ jobs: { trigger?: string }[] }>(root, ['jobs']);
    return jobs.filter(({ trigger }) => trigger === undefined).length;
  };
  expect(await asked()).toBe(1);
  expect((await agent.tool('search', { query: 'boiler' })).text).toContain('Nothing was found.');
  expect(await asked()).toBe(1);
});
