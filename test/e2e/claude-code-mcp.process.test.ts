import { execFile } from 'node:child_process';
import path from 'node:path';
import { Machine, readRuntime } from '@agent-brain/test-harness/agent-brain';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';

const program = path.resolve(import.meta.dirname, '../../packages/cli/bin/agent-brain.js');

test('the real Claude Code connects over standard input and output and over HTTP', async (context) => {
  requireProgram(context, 'claude');
  const machine = new Machine();
  const root = machine.project('mit Leerzeichen', { 'a.ts': 'export const a = 1;\n' });
  await machine.json(root, ['start']);
  const { base_url, token } = readRuntime(root);
  const home = temporaryDirectory('claude');
  const env = { ...machine.environment, CLAUDE_CONFIG_DIR: path.join(home, '.claude'), TMPDIR: home };
  const claude = (...argv: string[]): Promise<string> =>
    new Promise((resolve) =>
      execFile('claude', ['mcp', ...argv], { cwd: root, env, timeout: 300_000 }, (_error, stdout) => resolve(stdout)),
    );

  await claude('add', 'by-command', '--', process.execPath, program, 'mcp');
  await claude('add', '--transport', 'http', 'by-address', `${base_url}/mcp`, '--header', `Authorization: Bearer ${token}`);
  const list = await claude('list');
  expect(list).toMatch(/by-command: .* - . Connected/u);
  expect(list).toMatch(/by-address: .* - . Connected/u);
});
