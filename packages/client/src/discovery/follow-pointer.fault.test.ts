import fs from 'node:fs';
import path from 'node:path';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { healthProof, newInstanceId, newToken } from '@agent-brain/runtime/discovery';
import { acquireLock } from '@agent-brain/runtime/locks';
import { selfIdentity } from '@agent-brain/runtime/process';
import type { Environment } from '@agent-brain/runtime/project';
import { daemonRecordOf, healthOf, pointerTo } from '@agent-brain/test-harness/instance-records';
import { listen, nonceOf } from '@agent-brain/test-harness/loopback';
import { requireRoot } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { findInstance, locateProject, type ProjectLocation } from './index.ts';

/** A project whose pointer leads to the daemon of some home; that daemon plays its part inside the test process. */
class PointedProject {
  readonly directory = temporaryDirectory('pointer');
  readonly root = path.join(this.directory, 'project');
  readonly ownHome = path.join(this.directory, 'own home');
  /** Questions that reached the daemon. */
  asked = 0;

  constructor() {
    fs.mkdirSync(path.join(this.root, '.claude', 'agent-brain'), { recursive: true, mode: 0o700 });
    fs.mkdirSync(this.ownHome, { mode: 0o700 });
  }

  locate(): Promise<ProjectLocation> {
    const env: Environment['env'] = { AGENT_BRAIN_HOME: this.ownHome, AGENT_BRAIN_PROJECT: this.root };
    const uid = process.getuid?.() ?? -1;
    return locateProject({ env, cwd: this.root, homedir: this.directory, uid, platform: process.platform });
  }

  /** Everything that a healthy daemon of this home has: lock, record, socket, the right proof. */
  async daemonAt(home: string, mode = 0o700): Promise<void> {
    fs.mkdirSync(home, { recursive: true });
    fs.chmodSync(home, mode);
    const [token, instanceId, paths] = [newToken(), newInstanceId(), daemonPaths(home)];
    const { port } = await listen((question, response) => {
      this.asked += 1;
      if (question.pathname === '/projects') return void response.end(JSON.stringify({ projects: [this.#served()] }));
      const health = healthOf('shared', instanceId, healthProof(token, nonceOf(question), instanceId, port));
      response.end(JSON.stringify({ ...health, active_projects: 1 }));
    });
    const lock = await acquireLock(paths.lockFile, { purpose: 'serve' });
    onTestFinished(() => lock.release());
    const record = daemonRecordOf(home, { ...(await selfIdentity()), instanceId, token, port });
    fs.writeFileSync(paths.runtimeFile, JSON.stringify(record), { mode: 0o600 });
  }

  #served(): object {
    return {
      project_id: 'p_11111111',
      project_root: this.root,
      name: 'project',
      state_dir: path.join(this.root, '.claude/agent-brain'),
      loaded: false,
      last_used_at: null,
    };
  }

  /** Puts the pointer there, and holds the project's lock as its daemon would. */
  async point(home: string): Promise<void> {
    const stateDir = path.join(this.root, '.claude', 'agent-brain');
    fs.writeFileSync(path.join(stateDir, 'runtime.json'), JSON.stringify(pointerTo(home, { root: this.root })), { mode: 0o600 });
    const lock = await acquireLock(path.join(stateDir, 'agent-brain.lock'), { purpose: 'serve' });
    onTestFinished(() => lock.release());
  }
}

test('a pointer is followed to the daemon of the own home, which says itself what it serves', async () => {
  const project = new PointedProject();
  await project.daemonAt(project.ownHome);
  await project.point(project.ownHome);
  const found = await findInstance(await project.locate());
  expect(found).toMatchObject({ state: 'running', instance: { mode: 'shared', projectId: 'p_11111111', projectRoot: project.root } });
});

test.each([
  ['that lies in the project itself', (project: PointedProject) => path.join(project.root, 'home'), 0o700],
  ['that others may enter', (project: PointedProject) => path.join(project.directory, 'open'), 0o755],
  ['behind a link into the project', (project: PointedProject) => linkInto(project), 0o700],
  ['that is no absolute path', () => '../home', undefined],
  ['that is not there', (project: PointedProject) => path.join(project.directory, 'nowhere'), undefined],
  // It cannot be told from what an archive has brought along.
  ['of this user, closed to all others', (project: PointedProject) => path.join(project.directory, 'another home'), 0o700],
])('a pointer to a home %s is refused, and nobody there is asked', async (_, homeOf, mode) => {
  const project = new PointedProject();
  const home = homeOf(project);
  if (mode !== undefined) await project.daemonAt(home, mode);
  await project.point(home);
  await expect(findInstance(await project.locate())).rejects.toMatchObject({
    code: 'STATE_DIR_UNSAFE',
    message: expect.stringContaining(`a record in a project counts only for your own home, ${project.ownHome}`),
    hint: expect.stringContaining('AGENT_BRAIN_HOME'),
  });
  expect(project.asked).toBe(0);
});

function linkInto({ directory, root }: PointedProject): string {
  fs.mkdirSync(path.join(root, 'deep'), { mode: 0o700 });
  fs.symlinkSync(path.join(root, 'deep'), path.join(directory, 'link'));
  return path.join(directory, 'link');
}

test('a pointer to the home of another user is refused, and nobody there is asked', async (context) => {
  requireRoot(context);
  const project = new PointedProject();
  const home = path.join(project.directory, 'foreign');
  await project.daemonAt(home);
  fs.chownSync(home, 65_534, 65_534);
  await project.point(home);
  await expect(findInstance(await project.locate())).rejects.toMatchObject({ code: 'STATE_DIR_UNSAFE' });
  expect(project.asked).toBe(0);
});

test('a pointer that a clone brought along leads nowhere while nobody holds the lock', async () => {
  const project = new PointedProject();
  const home = path.join(project.root, 'home');
  await project.daemonAt(home);
  const stateDir = path.join(project.root, '.claude', 'agent-brain');
  fs.writeFileSync(path.join(stateDir, 'runtime.json'), JSON.stringify(pointerTo(home, { root: project.root })));
  expect(await findInstance(await project.locate())).toEqual({ state: 'stopped' });
  expect(project.asked).toBe(0);
});
