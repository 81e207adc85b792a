import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { locateProject } from '@agent-brain/client/discovery';
import { healthProof, newInstanceId, newToken, publishEntry } from '@agent-brain/runtime/discovery';
import { acquireLock } from '@agent-brain/runtime/locks';
import { isSuspended, selfIdentity } from '@agent-brain/runtime/process';
import { processEnvironment, prepareStateDir } from '@agent-brain/runtime/project';
import { healthOf, projectRecordOf } from '@agent-brain/test-harness/instance-records';
import { listen, nonceOf } from '@agent-brain/test-harness/loopback';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { judgeSilence, Late } from './busy-machine.ts';
import { examine, gatherFacts } from './index.ts';

beforeEach((context) => requirePlatform(context, 'linux', 'darwin'));

const busy = { runnable: 30, processors: 2 };
const quiet = { runnable: 1, processors: 2 };

test('silence on a busy machine says something only of a process that is suspended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = await waitUntil('the process has its id', () => child.pid);
  for (const who of [pid, null]) {
    await expect(judgeSilence(who, busy)).rejects.toThrow(Late);
    await judgeSilence(who, quiet);
  }
  child.kill('SIGSTOP');
  await waitUntil('the process is suspended', () => isSuspended(pid));
  await judgeSilence(pid, busy);
});

/** A project whose instance is played by this process: real lock, records and socket. `answersHealth` alone, or nothing. */
async function stage(answersHealth: boolean) {
  const root = temporaryDirectory('slow');
  const project = path.join(root, 'project');
  fs.mkdirSync(project);
  const environment = { ...processEnvironment(), env: { AGENT_BRAIN_HOME: path.join(root, 'home'), PATH: process.env['PATH'] } };
  const { paths } = await prepareStateDir((await locateProject(environment, { project })).paths, environment);
  const lock = await acquireLock(paths.lockFile, { purpose: 'serve' });
  onTestFinished(() => lock.release());
  const [instanceId, token] = [newInstanceId(), newToken()];
  const { port } = await listen((question, response) => {
    const isHealth = question.pathname === '/health' && answersHealth;
    if (isHealth) response.end(JSON.stringify(healthOf('project', instanceId, healthProof(token, nonceOf(question), instanceId, port))));
  });
  const record = { ...projectRecordOf({ ...(await selfIdentity()), instanceId, token, port }), project_root: paths.root };
  await publishEntry(paths, record, -1);
  fs.writeFileSync(paths.runtimeFile, JSON.stringify(record), { mode: 0o600 });
  return { environment, project, signal: new AbortController().signal };
}

test('an instance without an answer is unknown on a busy machine, and a finding on a quiet one', async () => {
  const options = await stage(false);
  const facts = await gatherFacts({ ...options, load: busy });
  expect(facts).toMatchObject({ instance: { state: 'unknown' }, failures: [], undetermined: expect.arrayContaining(['the instance']) });
  const { report, exitCode } = examine(facts, new Date());
  expect(report.findings.map(({ id }) => id)).not.toContain('F-102');
  expect(exitCode).toBe(0);
  // This machine may be too busy to see it within the time of one report.
  await waitUntil('the silence is judged', async () => {
    const seen = await gatherFacts({ ...options, load: quiet });
    return examine(seen, new Date()).report.findings.some(({ id }) => id === 'F-102');
  });
});

test('an instance that does not tell its status in time is no failure of the doctor', async () => {
  const options = await stage(true);
  const facts = await waitUntil('the instance has proven itself', async () => {
    const seen = await gatherFacts(options);
    return seen.instance.state === 'running' ? seen : undefined;
  });
  expect(facts).toMatchObject({ status: null, failures: [], undetermined: expect.arrayContaining(['the index']) });
  expect(examine(facts, new Date()).exitCode).not.toBe(2);
});
