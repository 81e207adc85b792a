import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { directory, environmentIn } from './fixtures/repositories.ts';
import { prepare, stateDirOf } from './fixtures/state-dirs.ts';

const nameAt = (time: Date, reason = 'untrusted'): string => `${reason}-${time.toISOString().replaceAll(/[:.]/g, '-')}`;
const now = new Date('2026-06-30T12:00:00Z');
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000);

test('what was set aside goes after 30 days, or when there are ten newer ones, and nothing else goes', async () => {
  const root = temporaryDirectory('prune');
  const project = directory(root, 'project');
  const environment = environmentIn(root);
  await prepare(project, environment);
  const stateDir = stateDirOf(project);
  const add = (name: string): void => fs.writeFileSync(path.join(directory(stateDir, name, 'data'), 'index.db'), 'x');
  const recent = Array.from({ length: 9 }, (_, day) => nameAt(daysAgo(day)));
  const [copied, tooMany, old] = [nameAt(daysAgo(20), 'copied'), nameAt(daysAgo(29)), `${nameAt(daysAgo(31))}-2`];
  const foreign = ['untrusted-notes', 'untrusted-2026-99-99T99-99-99-999Z'];
  for (const name of [...recent, copied, tooMany, old, ...foreign]) add(name);
  fs.writeFileSync(path.join(stateDir, nameAt(daysAgo(40))), 'a file');
  const left = (): string[] => fs.readdirSync(stateDir).filter((name) => /^(?:untrusted|copied)-/.test(name));
  await prepare(project, environment, { now: () => now });
  const isFolder = (name: string): boolean => fs.statSync(path.join(stateDir, name)).isDirectory();
  expect(left().filter(isFolder).toSorted()).toEqual([...recent, copied, ...foreign].toSorted());
});
