import { Machine, readRuntime } from '@agent-brain/test-harness/agent-brain';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { RawAgent, readToolAnswer, sampleProject } from '../fixtures/index.ts';

const isMessage = (line: string): boolean => (JSON.parse(line) as { jsonrpc?: string }).jsonrpc === '2.0';

async function served(): Promise<{ machine: Machine; root: string; agent: RawAgent }> {
  const machine = new Machine();
  const root = sampleProject(machine);
  const agent = new RawAgent(root, machine.environment);
  await agent.open();
  expect((await agent.tool('search', { query: 'boiler pressure' })).text).toContain('src/boiler.ts');
  return { machine, root, agent };
}

test('an instance that is killed between two calls is back for the second', async () => {
  const { root, agent } = await served();
  const before = readRuntime(root);
  process.kill(before.pid, 'SIGKILL');
  expect((await agent.tool('search', { query: 'boiler pressure' })).text).toContain('src/boiler.ts');
  expect(readRuntime(root).instance_id).not.toBe(before.instance_id);
  expect(agent.lines.every(isMessage)).toBe(true);
});

test('an instance that is stopped between two calls is back for the second', async () => {
  const { machine, root, agent } = await served();
  await machine.json(root, ['stop']);
  expect((await agent.tool('find_symbol', { name: 'Control' })).text).toContain('src/control.ts:3');
});

test('an instance that is killed in the middle of calls answers them after all, and nothing but protocol is printed', async () => {
  const { root, agent } = await served();
  const before = readRuntime(root);
  process.kill(before.pid, 'SIGSTOP');
  const calls = [
    agent.send('tools/call', { name: 'search', arguments: { query: 'boiler pressure' } }),
    agent.send('tools/call', { name: 'status', arguments: {} }),
    agent.send('tools/call', { name: 'index_folder', arguments: { wait_s: 20 } }),
  ];
  // It is asked what needs no instance: an answer shows that the calls before it have gone out.
  await agent.ask('tools/list');
  process.kill(before.pid, 'SIGKILL');
  const [search, status, index] = await Promise.all(calls.map(async (id) => readToolAnswer(await agent.answer(id))));
  expect(search?.text).toContain('src/boiler.ts');
  expect(status?.structured).toMatchObject({ running: true });
  expect(index?.structured).toMatchObject({ job: { status: 'completed' } });
  expect(readRuntime(root).instance_id).not.toBe(before.instance_id);
  expect(agent.lines.every(isMessage)).toBe(true);
});

test('a cancelled call gets no answer, lets go of the instance, and the next call works', async () => {
  const { root, agent } = await served();
  const { pid } = readRuntime(root);
  process.kill(pid, 'SIGSTOP');
  const cancelled = agent.send('tools/call', { name: 'search', arguments: { query: 'boiler' } });
  await agent.ask('tools/list');
  agent.notify('notifications/cancelled', { requestId: cancelled, reason: 'the user changed their mind' });
  // Only the abandoned call would keep a process with a stopped instance from ending at once.
  await agent.ask('tools/list');
  process.kill(pid, 'SIGCONT');
  expect((await agent.tool('search', { query: 'boiler' })).text).toContain('src/boiler.ts');
  expect(agent.messages.filter(({ id }) => id === cancelled)).toEqual([]);
});

test('what else writes to the console or to standard output reaches standard error', async () => {
  const machine = new Machine();
  const root = machine.project('noise', { 'a.ts': 'export const a = 1;\n' });
  const noise = `process.on('SIGUSR2', () => { console.log('noise of a library'); process.stdout.write('more noise'); })`;
  const agent = new RawAgent(root, { ...machine.environment, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(noise)}` });
  await agent.open();
  agent.child.kill('SIGUSR2');
  await waitUntil('the noise has arrived', () => agent.errors.includes('more noise'));
  await agent.ask('tools/list');
  expect(agent.errors).toContain('noise of a library');
  expect(agent.lines.every(isMessage)).toBe(true);
});
