import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { ProcessIdentity, ProcessTable } from './index.ts';

/** What every way of telling processes apart must do; run over each of them with real processes. */
export function processTableContract(makeTable: () => ProcessTable): void {
  test('a living child has its pid, the uid of this user and its arguments', async () => {
    const child = await startChild('the marker');
    const found = await identified(makeTable(), child.pid as number);
    expect(found).toMatchObject({ pid: child.pid, uid: process.getuid?.() });
    expect(` ${found.argv.join(' ')} `).toContain(' the marker ');
  });

  test('the start time of a process does not change', async () => {
    const [first, second] = [await identified(makeTable(), process.pid), await identified(makeTable(), process.pid)];
    expect(second.startedAt).toBe(first.startedAt);
  });

  test('a process that has ended is gone', async () => {
    const child = await startChild('');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await makeTable().identify(child.pid as number)).toBeNull();
  });

  test('a zombie is gone', async () => {
    // The shell becomes a program that never collects the child it has.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 300'], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    await expect.poll(() => makeTable().identify(Number(line.toString())), { timeout: 30_000 }).toBeNull();
  });

  test('a stopped process is alive and suspended', async () => {
    const child = await startChild('');
    expect(await makeTable().isSuspended(child.pid as number)).toBe(false);
    child.kill('SIGSTOP');
    await expect.poll(() => makeTable().isSuspended(child.pid as number), { timeout: 30_000 }).toBe(true);
    expect(await identified(makeTable(), child.pid as number)).toMatchObject({ pid: child.pid });
  });

  test('the list of a user holds their living processes as they are identified one by one, and nobody else', async () => {
    const uid = process.getuid?.() ?? -1;
    const child = await startChild('the listed');
    const listed = await makeTable().list(uid);
    const { ageMs, ...identity } = listed.find(({ pid }) => pid === child.pid) ?? { ageMs: -1 };
    expect(identity).toEqual(await identified(makeTable(), child.pid as number));
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan((listed.find(({ pid }) => pid === process.pid)?.ageMs ?? 0) + 1_000);
    expect(new Set(listed.map((found) => found.uid))).toEqual(new Set([uid]));
    expect(await makeTable().list(4_000_000)).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 31, 2 ** 22 + 1])('no process has the pid %s', async (pid) => {
    expect(await makeTable().identify(pid)).toBeNull();
  });
}

/** A process that says when it runs and then only waits. */
export async function startChild(argument: string): Promise<ChildProcess> {
  const program = 'process.stdout.write("up"); setInterval(() => {}, 60_000)';
  const child = spawn(process.execPath, ['-e', program, '--', ...argument.split(' ')], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function identified(table: ProcessTable, pid: number): Promise<ProcessIdentity> {
  const found = await table.identify(pid);
  if (found === null || found === 'unknown') throw new Error(`process ${pid} is ${found}`);
  return found;
}
