import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';
import { program, TestUser } from '../fixtures/index.ts';

const commands = ['--version', 'help', 'status', 'list --json', 'config list', 'doctor', 'completion bash'];

test.for(commands)('output that finds no room is an error like any other: %s', (line, context) => {
  requirePlatform(context, 'linux');
  const argv = line.split(' ');
  const user = new TestUser();
  const cwd = user.project('shop');
  const full = fs.openSync('/dev/full', 'w');
  try {
    const ran = spawnSync(process.execPath, [program, ...argv], {
      cwd,
      env: user.env(),
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    expect(ran.stderr).toContain('Cannot write the result to standard output');
    expect(ran.stderr).toMatch(argv.includes('--json') ? /^\{.*"code":"DISK_FULL"/ : /^error\[DISK_FULL\]/m);
    expect(ran.stderr).not.toMatch(/Uncaught|node:|\n {4}at /);
    expect(ran.status).toBe(6);
  } finally {
    fs.closeSync(full);
  }
});
