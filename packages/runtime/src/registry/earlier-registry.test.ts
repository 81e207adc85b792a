import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { findByRoot, readRegistry, registerProject } from './index.ts';

const theirs = JSON.stringify({ '/home/ada/shop': { state_dir: '/home/ada/shop/.agent-brain', project_name: 'shop' } }, null, 2);

function home() {
  const directory = temporaryDirectory('home');
  fs.chmodSync(directory, 0o700);
  const inHome = (name: string): string => path.join(directory, name);
  return {
    home: directory,
    registryFile: inHome('registry.json'),
    registryLockFile: inHome('registry.lock'),
    projectsDir: inHome('projects'),
  };
}

const registration = {
  project_root: '/p/one',
  state_dir: '/p/one/.claude/agent-brain',
  state_id: 'st_1',
  mode: 'project' as const,
  made_here: false,
};

test('the registry of the Python program is left as it is, named once, and ours is kept beside it', async () => {
  const files = home();
  fs.writeFileSync(files.registryFile, theirs);
  expect((await readRegistry(files)).warnings).toEqual([expect.stringContaining('belongs to the Python program agent-brain')]);

  await registerProject(files, registration);
  const { registry, warnings } = await readRegistry(files);
  expect(warnings).toEqual([]);
  expect(findByRoot(registry, '/p/one')?.state_id).toBe('st_1');
  expect(fs.readFileSync(files.registryFile, 'utf8')).toBe(theirs);
  expect(fs.readdirSync(files.home).filter((name) => name.includes('corrupt'))).toEqual([]);

  // Its owner is gone, our projects are not.
  fs.rmSync(files.registryFile);
  await registerProject(files, { ...registration, project_root: '/p/two', state_dir: '/p/two/.claude/agent-brain', state_id: 'st_2' });
  expect((await readRegistry(files)).registry.entries.map(({ project_root }) => project_root)).toEqual(['/p/one', '/p/two']);
});
