import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test('a logger to a pipe lives on when the reader of the pipe has gone', async () => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'fixtures/log-to-stdout.ts')], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  expect(JSON.parse(first.toString().split('\n')[0] as string)).toMatchObject({ level: 'info', msg: 'shown' });
  child.stdout.destroy();
  await once(child.stdout, 'close');
  const exited = once(child, 'exit');
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
  expect(complaints).toBe('');
});
