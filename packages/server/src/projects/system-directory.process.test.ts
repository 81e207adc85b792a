import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AskedDaemon, ServedHome } from '../fixtures/index.ts';

test('system directories are no projects over HTTP, whatever path leads there, and nothing is written in them', async () => {
  const home = new ServedHome();
  const plain = home.project('plain');
  const link = path.join(plain, 'link');
  fs.symlinkSync('/etc', link);
  const daemon = new AskedDaemon(await home.start());
  for (const root of ['/', '/etc', '/usr', '/var', '/proc', '/sys', '/dev', '/proc/self', link]) {
    const body = JSON.stringify({ project_root: root });
    expect(await daemon.refusal('/projects', { method: 'POST', body }), root).toMatchObject({
      status: 400,
      code: 'PROJECT_ROOT_REFUSED',
      hint: expect.stringContaining('allow_system_directory'),
    });
    expect(fs.existsSync(path.join(root, '.claude', 'agent-brain')), root).toBe(false);
  }
  expect((await daemon.served()).all).toEqual([]);
  const { project_id } = await daemon.server.ask('projectAdd', '/projects', { project_root: plain });
  expect((await daemon.served()).all).toEqual([project_id]);
});

test('the home directory is a project over HTTP only with allow_system_directory', async () => {
  const home = new ServedHome();
  const own = home.project('own');
  const daemon = new AskedDaemon(await home.start([], { HOME: own }));
  const body = JSON.stringify({ project_root: own, allow_system_directory: false });
  expect(await daemon.refusal('/projects', { method: 'POST', body })).toMatchObject({
    code: 'PROJECT_ROOT_REFUSED',
    detail: expect.stringContaining('the home directory'),
  });
  const { project_id } = await daemon.server.ask('projectAdd', '/projects', { project_root: own, allow_system_directory: true });
  expect((await daemon.served()).all).toEqual([project_id]);
});
