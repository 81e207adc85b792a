import { Machine, readRuntime } from '@agent-brain/test-harness/agent-brain';
import { toolNames } from '@agent-brain/contract/tools';
import { describe, expect, test } from 'vitest';
import { type Agent, connectAgent, type Dialect, dialects, type Place, sampleProject } from '../fixtures/index.ts';

const chunkTemplate = 'agent-brain://chunk/{id}';

describe.each(['stdio', 'http'] as const)('over %s', (door) => {
  test('both official clients do in every protocol version what agents do', async () => {
    const machine = new Machine();
    const root = sampleProject(machine);
    // What watching does may last long enough to be told as a job.
    await machine.json(root, ['start'], { AGENT_BRAIN_WATCH: 'false' });
    await machine.json(root, ['index']);
    const place: Place =
      door === 'stdio'
        ? { door, cwd: root, env: machine.environment }
        : { door, instance: readRuntime(root), query: '?project_id=p_12345678' };
    for (const dialect of dialects) await converse(await connectAgent(dialect, place), dialect, root);
  });
});

async function converse(agent: Agent, dialect: Dialect, root: string): Promise<void> {
  const label = `${dialect.sdk} ${dialect.version}`;
  expect(agent.version, label).toBe(dialect.version);
  expect(agent.instructions, label).toContain('`search`');
  const tools = await agent.tools();
  expect(tools.map(({ name }) => name)).toEqual(toolNames);
  for (const tool of tools) {
    expect(tool).toMatchObject({ title: expect.any(String), outputSchema: { type: 'object' }, annotations: { openWorldHint: false } });
  }

  // The client checks every answer against the schema that was announced.
  const found = await agent.call('search', { query: 'how is the boiler pressure measured' });
  expect(found.text).toMatch(/^src\/boiler\.ts:1-4 measureBoilerPressure \[[0-9a-f]{24}\]\n```\n\/\*\* Reads the pressure/);
  const [best] = found.structured['results'] as { path: string; chunk_id: string }[];
  expect(best).toMatchObject({ path: 'src/boiler.ts', start_line: 1, end_line: 4, symbol: 'measureBoilerPressure' });
  const chunk = await agent.call('get_chunk', { chunk_id: best?.chunk_id });
  expect(chunk.structured).toMatchObject({ path: 'src/boiler.ts', previous_chunk_id: null, next_chunk_id: null });

  expect(await places(agent, 'find_symbol')).toEqual(['src/boiler.ts:2']);
  expect(await places(agent, 'find_callers')).toEqual(['src/control.ts:5']);
  expect(await places(agent, 'find_references')).toEqual(['src/boiler.ts:2', 'src/control.ts:1', 'src/control.ts:5']);

  const indexed = await agent.call('index_folder', {});
  expect(indexed.structured).toMatchObject({ was_running: false, job: { status: 'completed', result: { unchanged: 4 } } });
  const { id } = indexed.structured['job'] as { id: string };
  expect((await agent.call('job_status', { job_id: id })).text).toContain(`${id} completed`);
  expect((await agent.call('list_jobs')).structured).toMatchObject({ running_count: 0, queued_count: 0 });
  expect(await agent.call('cancel_job', { job_id: id })).toMatchObject({ isError: true, text: expect.stringContaining('[JOB_FINISHED]') });
  expect((await agent.call('status')).structured).toMatchObject({ running: true, project_root: root, index: { total_documents: 4 } });
  expect((await agent.call('list_projects')).structured).toMatchObject({ projects: [{ project_root: root, total_documents: 4 }] });

  expect(await agent.resources()).toEqual(['agent-brain://status', 'agent-brain://folders', chunkTemplate]);
  expect(JSON.parse(await agent.resource('agent-brain://status'))).toMatchObject({ project_root: root });
  expect(JSON.parse(await agent.resource('agent-brain://folders'))).toMatchObject({ folders: [{ documents: 4 }] });
  expect(await agent.resource(`agent-brain://chunk/${best?.chunk_id}`)).toContain('sensor.read()');
  await expect(agent.resource('agent-brain://chunk/none')).rejects.toMatchObject({ message: expect.stringContaining('none') });
  expect(await agent.prompts()).toEqual(['onboard', 'find_implementation']);
  expect(await agent.prompt('find_implementation', { behaviour: 'the pressure is kept low' })).toContain('the pressure is kept low');
  await agent.close();
}

async function places(agent: Agent, tool: string): Promise<string[]> {
  const { structured } = await agent.call(tool, { name: 'measureBoilerPressure' });
  expect(structured).toMatchObject({ basis: 'text', complete: true });
  return (structured['places'] as { path: string; line: number }[]).map(({ path, line }) => `${path}:${line}`).sort();
}
