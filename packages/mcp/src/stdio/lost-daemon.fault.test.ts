import fs from 'node:fs';
import path from 'node:path';
import { Machine } from '@agent-brain/test-harness/agent-brain';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { RawAgent, sampleProject } from '../fixtures/index.ts';

const readDaemon = ({ home }: Machine): { pid: number; instance_id: string } =>
  JSON.parse(fs.readFileSync(path.join(home, 'runtime.json'), 'utf8')) as { pid: number; instance_id: string };

test('an agent in a project of the user daemon asks that project alone, and brings a killed daemon back', async () => {
  const machine = new Machine();
  const root = sampleProject(machine);
  const other = machine.project('other', { 'src/boiler.ts': 'export const boilerOfAnother = 1;\n' });
  for (const cwd of [root, other]) await machine.json(cwd, ['start', '--mode', 'shared']);
  const agent = new RawAgent(root, machine.environment);
  await agent.open();
  const found = await agent.tool('search', { query: 'boiler pressure' });
  expect(found.text).toContain('src/boiler.ts');
  expect(found.text).not.toContain('boilerOfAnother');
  expect((await agent.tool('status', {})).text).toContain(root);
  expect((await agent.tool('list_projects', {})).text).toMatch(/^p_[0-9a-f]{8} .*Pröjekt eins: \d files$/);

  const before = readDaemon(machine);
  process.kill(before.pid, 'SIGKILL');
  await waitUntil('the daemon is gone', () => !fs.existsSync(`/proc/${before.pid}`) || process.platform !== 'linux');
  const killedAt = performance.now();
  expect((await agent.tool('search', { query: 'boiler pressure' })).text).toContain('src/boiler.ts');
  expect(performance.now() - killedAt).toBeLessThan(withinMs(2000));
  expect(readDaemon(machine).instance_id).not.toBe(before.instance_id);

  // Taken from the daemon by somebody: the next call registers the project again.
  await machine.json(root, ['stop']);
  expect((await agent.tool('find_symbol', { name: 'Control' })).text).toContain('src/control.ts:3');
});
