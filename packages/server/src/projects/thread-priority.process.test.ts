import fs from 'node:fs';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { ServedHome, ServedProject, type ServerProcess } from '../fixtures/index.ts';

/** proc(5), /proc/[pid]/stat: `nice` is field 19; the name of the thread, field 2, may hold spaces. */
function niceOfThreads(pid: number): Map<number, number> {
  const threads = fs.readdirSync(`/proc/${pid}/task`).map((name) => {
    const stat = fs.readFileSync(`/proc/${pid}/task/${name}/stat`, 'utf8');
    return [Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])] as const;
  });
  return new Map(threads);
}

/** The thread that writes and at least one that reads files. */
async function expectPrecedence(server: ServerProcess): Promise<void> {
  const lowered = await waitUntil('threads that index are there', () => {
    const nice = niceOfThreads(server.pid);
    return [...nice.values()].filter((value) => value === 10).length >= 2 && nice;
  });
  expect(lowered.get(server.pid)).toBe(0);
  expect(new Set(lowered.values())).toEqual(new Set([0, 10]));
}

test('in project mode threads that index run at a lower priority than those that answer', async (context) => {
  requirePlatform(context, 'linux');
  const server = await new ServedProject().start();
  await server.index('.');
  await expectPrecedence(server);
});

test('and in shared mode', async (context) => {
  requirePlatform(context, 'linux');
  const home = new ServedHome();
  const server = await home.start();
  const root = home.project('one');
  const { project_id } = await server.ask('projectAdd', '/projects', { project_root: root });
  await server.ask('index', '/index', { folder_path: '.', project_id });
  await expectPrecedence(server);
});
