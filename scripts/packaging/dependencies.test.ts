import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runtimeDependencies } from './dependencies.ts';
import { nativeDependencyOf, nativePackages } from './native-packages.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('the table names exactly what the workspaces depend on, each with a reason', () => {
  const declared = globSync('packages/*/package.json', { cwd: root }).flatMap((file) => {
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as { dependencies?: Record<string, string> };
    return Object.keys(dependencies).filter((name) => !name.startsWith('@agent-brain/'));
  });
  const native = Object.keys(nativePackages(root)).map((name) => nativeDependencyOf(name) ?? name);
  expect(runtimeDependencies.map(({ name }) => name)).toEqual([...new Set([...declared, ...native])].toSorted());
  for (const { reason } of runtimeDependencies) expect(reason.length).toBeGreaterThan(20);
});

test('every version is exact: what was tested is what is installed', () => {
  for (const file of globSync('{package.json,packages/*/package.json,test/harness/package.json}', { cwd: root })) {
    const {
      dependencies = {},
      devDependencies = {},
      optionalDependencies = {},
    } = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, Record<string, string>>;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
      expect(`${file} ${name} ${version}`).toMatch(/ \d+\.\d+\.\d+(?:-[\w.]+)?$/);
  }
});

test('nothing that a user installs runs a script while it is installed', () => {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
  };
  const withScript = Object.entries(packages).filter(([, { dev, hasInstallScript }]) => hasInstallScript === true && dev !== true);
  expect(withScript.map(([name]) => name)).toEqual([]);
});
