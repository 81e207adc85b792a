import fs from 'node:fs';
import path from 'node:path';
import type { RemovalResult } from '@agent-brain/contract/commands';
import type { DoctorReport } from '@agent-brain/contract/doctor';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { TestUser } from '../fixtures/index.ts';

test.each(['untrusted', 'copied'])('gc and the doctor name a folder %s-…, and remove nothing of it', async (reason) => {
  const user = new TestUser();
  const cwd = user.project('project');
  await user.run(['init'], { cwd });
  const folder = path.join(fs.realpathSync(cwd), '.claude/agent-brain', `${reason}-2026-01-02T03-04-05-678Z`);
  fs.mkdirSync(path.join(folder, 'data'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'data', 'index.db'), 'rows');

  const { kept, removed } = await user.json<RemovalResult>(['gc', '--yes'], { cwd });
  expect(kept).toEqual([{ path: folder, what: expect.stringContaining('set aside in project and not used'), bytes: 4 }]);
  expect(removed).toEqual([]);
  await waitUntil('the doctor has seen the state directory', async () => {
    const ran = await user.run(['doctor', '--json'], { cwd });
    const { findings } = JSON.parse(ran.stdout).data as DoctorReport;
    return findings.some(({ id, summary }) => id === 'F-104' && summary.includes(folder));
  });
  expect(fs.readdirSync(folder)).toEqual(['data']);
});
