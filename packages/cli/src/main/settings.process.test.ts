import fs from 'node:fs';
import path from 'node:path';
import type { ConfigChangeResult, StartResult, StatusResult } from '@agent-brain/contract/commands';
import type { DoctorReport } from '@agent-brain/contract/doctor';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, test } from 'vitest';
import { Pane, program, stateFile, TestUser } from '../fixtures/index.ts';

beforeEach((context) => requireProgram(context, 'git'));

test('init writes nothing that hides the settings of the user, and config set says what goes before a value', async () => {
  const user = new TestUser();
  const cwd = user.project('p');
  await user.json(['init', '--mode', 'project'], { cwd });
  expect(JSON.parse(fs.readFileSync(stateFile(cwd, 'config.json'), 'utf8'))).toEqual({ mode: 'project' });
  const set = (...args: string[]): Promise<ConfigChangeResult> => user.json(['config', 'set', 'chunk_size', ...args], { cwd });
  expect(await set('2000', '--user')).toMatchObject({ changed: true, shadowed_by: null });
  expect(await user.json(['config', 'get', 'chunk_size'], { cwd })).toMatchObject({ value: 2000, origin: 'user' });

  expect(await set('3000')).toMatchObject({ shadowed_by: null });
  const source = stateFile(cwd, 'config.json');
  expect(await set('2500', '--user')).toMatchObject({ changed: true, shadowed_by: { origin: 'project', source, value: 3000 } });
  const told = await user.run(['config', 'set', 'chunk_size', '2600', '--user'], { cwd });
  expect(told.stderr).toContain(`chunk_size is 3000 by ${source}, which goes before`);
  const byVariable = await user.run(['config', 'set', 'chunk_size', '3100'], { cwd, env: { AGENT_BRAIN_CHUNK_SIZE: '900' } });
  expect(byVariable.stderr).toContain('chunk_size is 900 by AGENT_BRAIN_CHUNK_SIZE, which goes before. Unset the variable');
});

test('keys that only the user may set are named by start and status, and the command of the doctor takes them out', async () => {
  const user = new TestUser();
  const cwd = user.project('p');
  await user.json(['init'], { cwd });
  const file = stateFile(cwd, 'config.json');
  fs.writeFileSync(
    file,
    '{"bind_host": "0.0.0.0", "embedding": {"base_url": "http://x"}, "later": 1, "chunk_size": 900, "max_file_bytes": 1000000000}',
  );
  const named = (warnings: readonly string[]): string[] => warnings.filter((warning) => warning.includes(file));
  const expected = [
    expect.stringMatching(/^bind_host in .* is ignored: only the configuration of the user/),
    expect.stringMatching(/^embedding in .* is ignored: only/),
    expect.stringMatching(/^max_file_bytes in .* is ignored: 1000000000 is above the limit of 1000000, which only/),
    expect.stringMatching(/has the unknown key "later", which is ignored$/),
  ];
  expect(named((await user.json<StartResult>(['start'], { cwd })).warnings)).toEqual(expected);
  expect(named((await user.json<StatusResult>(['status'], { cwd })).warnings)).toEqual(expected);

  const report = await user.json<DoctorReport>(['doctor'], { cwd });
  const commands = report.findings.filter(({ id }) => id === 'F-105').map(({ remediation }) => remediation.command ?? '');
  expect(commands).toEqual([
    'agent-brain config unset bind_host',
    'agent-brain config unset embedding',
    'agent-brain config unset max_file_bytes',
  ]);
  for (const command of commands) expect((await user.run(command.split(' ').slice(1), { cwd })).code).toBe(0);
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({ later: 1, chunk_size: 900 });
});

test.each(['project', 'shared'])(
  'status gives a script in %s mode what it needs to call the API, and a terminal no token',
  async (mode) => {
    const user = new TestUser();
    const cwd = user.project('p');
    expect(await user.run(['status', '--url'], { cwd })).toMatchObject({ code: 6, stdout: '' });
    await user.json(['start', '--mode', mode], { cwd });
    const { record, instance } = await user.json<StatusResult>(['status'], { cwd });
    const [url, token] = (await user.run(['status', '--url', '--token'], { cwd })).stdout.trim().split('\n');
    expect(url).toBe(instance?.url);
    expect(record?.startsWith(user.home + path.sep)).toBe(true);
    expect(JSON.parse(fs.readFileSync(record ?? '', 'utf8'))).toMatchObject({ token, base_url: url });
    expect(fs.statSync(record ?? '').mode & 0o777).toBe(0o600);
    const answer = await fetch(`${url}/projects`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    const refused = (await (await fetch(`${url}/projects`)).json()) as { hint: string };
    expect(refused.hint).toContain('`agent-brain status --token`');
  },
);

test('a token is shown on a terminal only with --show', async (context) => {
  requireProgram(context, 'tmux');
  const user = new TestUser();
  const cwd = user.project('p');
  await user.json(['start'], { cwd });
  const pane = (...args: string[]): Pane =>
    new Pane([process.execPath, program, 'status', ...args], { cwd, env: user.env(), columns: 100, rows: 20 });
  const screenOf = (shown: Pane): Promise<string> =>
    waitUntil('the command has ended', () => {
      const text = shown.screen().join('\n');
      return text.includes('exit code') && text;
    });
  const refused = await screenOf(pane('--token'));
  expect(refused).toContain('Will not print the token on a terminal');
  expect(refused).not.toContain('abt_');
  expect(await screenOf(pane('--token', '--show'))).toContain('abt_');
});
