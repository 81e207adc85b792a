import fs from 'node:fs';
import type { StartResult } from '@agent-brain/contract/commands';
import { identifyProcess } from '@agent-brain/runtime/process';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { withinMs } from '@agent-brain/test-harness/timing';
import { expect, onTestFinished, test } from 'vitest';
import { TestUser } from '../fixtures/index.ts';

test('a frozen instance holds up uninstall for seconds, is named, and the others are stopped all the same', async (context) => {
  requirePlatform(context, 'linux', 'darwin');
  const user = new TestUser();
  const [frozen, sound] = [user.project('frozen'), user.project('sound')];
  const { instance } = await user.json<StartResult>(['start'], { cwd: frozen });
  const { instance: other } = await user.json<StartResult>(['start'], { cwd: sound });
  process.kill(instance.pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(instance.pid, 'SIGCONT'));

  const since = performance.now();
  const refused = await user.run(['uninstall', '--yes'], { cwd: user.homedir });
  expect(performance.now() - since).toBeLessThan(withinMs(8_000));
  expect(refused.code).toBe(6);
  expect(refused.stderr).toContain(`Stopping the instance of ${fs.realpathSync(frozen)}`);
  expect(refused.stderr).toContain(`process ${instance.pid} still runs`);
  expect(await identifyProcess(other.pid)).toBeNull();
  expect(await identifyProcess(instance.pid)).not.toBeNull();
  // Nothing is removed while somebody may still write.
  expect(fs.existsSync(user.home)).toBe(true);
});
