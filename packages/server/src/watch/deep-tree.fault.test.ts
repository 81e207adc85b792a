import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { expect, onTestFinished, test } from 'vitest';
import { AskedDaemon, ServedHome } from '../fixtures/index.ts';
import { FreshProject, sourceOf } from './fixtures/fresh-project.ts';

/** Deeper than any path can name. It is removed from its end, step by step: programs that walk it take minutes, or fail. */
function plantDeepTree(directory: string, depth = 20_000): void {
  const run = (program: string): void => void execFileSync(process.execPath, ['-e', program], { cwd: directory });
  fs.mkdirSync(directory);
  onTestFinished(() =>
    run(`
      for (let n = 0; n < ${depth}; n += 1) process.chdir('d');
      fs.rmSync('end.py');
      for (let n = 0; n < ${depth}; n += 1) {
        fs.rmSync('within.py', { force: true });
        process.chdir('..');
        fs.rmdirSync('d');
      }`),
  );
  // One file that git can still name, and one that nobody can.
  run(`
    for (let n = 0; n < ${depth}; n += 1) {
      fs.mkdirSync('d');
      process.chdir('d');
      if (n === 300) fs.writeFileSync('within.py', 'x = 1');
    }
    fs.writeFileSync('end.py', 'x = 1')`);
}

test('a tree of 20,000 levels ends no instance, neither when it appears nor at the next start, and the rest stays fresh', async (context) => {
  requirePlatform(context, 'linux');
  const project = new FreshProject();
  await project.begin({ 'src/a.py': sourceOf('firstword') });
  plantDeepTree(project.path('deep'));
  fs.writeFileSync(project.path('src/a.py'), sourceOf('secondword'));
  await project.finds('secondword', 'src/a.py');
  await project.server.stop();
  await project.serve();
  fs.writeFileSync(project.path('src/a.py'), sourceOf('thirdword'));
  await project.finds('thirdword', 'src/a.py');
  const { stats } = await project.server.index('.');
  expect(stats?.skipped_count).toMatchObject({ too_deep: 1 });
  expect(stats?.skipped.find(({ reason }) => reason === 'too_deep')?.path).toMatch(/^deep\/(?:d\/){200}$/);
});

test('such a tree in one project of the user daemon leaves the others served', async (context) => {
  requirePlatform(context, 'linux');
  const home = new ServedHome();
  const roots = [home.project('first', { 'a.py': sourceOf('firstword') }), home.project('second', { 'b.py': sourceOf('otherword') })];
  plantDeepTree(path.join(roots[0] as string, 'deep'));
  const daemon = new AskedDaemon(await home.start());
  const ids = await Promise.all(roots.map((root) => daemon.add(root)));
  for (const id of ids) expect((await daemon.index(id)).status).toBe('completed');
  expect(await daemon.find(ids[0] as string, 'firstword')).toEqual(['a.py']);
  expect(await daemon.find(ids[1] as string, 'otherword')).toEqual(['b.py']);
});
