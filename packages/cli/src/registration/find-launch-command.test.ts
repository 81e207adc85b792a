import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { findLaunchCommand } from './find-launch-command.ts';

test('where neither the program on PATH nor this installation starts, there is no entry, and the error says what to do', async () => {
  const folder = temporaryDirectory();
  const program = path.join(folder, 'agent-brain.js');
  fs.writeFileSync(program, 'process.exit(9)\n');
  for (const isCommitted of [true, false]) {
    await expect(findLaunchCommand({ isCommitted, program, node: process.execPath, env: { PATH: folder } })).rejects.toMatchObject({
      code: 'AGENT_COMMAND_UNUSABLE',
      message: expect.stringContaining(program),
      hint: expect.stringContaining('npm install --global'),
    });
  }
});
