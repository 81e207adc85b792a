import { expect, test } from 'vitest';
import { type LockFile, missingPlatformPackages, withPlatformPackages } from './platform-packages.ts';

const lock: LockFile = {
  packages: {
    '': {},
    'node_modules/tool': {
      version: '1.2.3',
      dev: true,
      optionalDependencies: {
        '@tool/binding-linux-x64-gnu': '1.2.3',
        '@tool/binding-linux-arm-musleabihf': '1.2.3',
        '@tool/darwin-arm64': '1.2.3',
      },
    },
    'node_modules/@tool/binding-linux-x64-gnu': { version: '1.2.3', dev: true, optional: true, os: ['linux'], cpu: ['x64'] },
  },
};

test('packages of other platforms that a registry did not serve are named', () => {
  expect(missingPlatformPackages(lock).map(({ name }) => name)).toEqual(['@tool/binding-linux-arm-musleabihf', '@tool/darwin-arm64']);
});

test('they are added with the platform that their name says, and then none is missing', () => {
  const completed = withPlatformPackages(lock);
  expect(completed.packages['node_modules/@tool/binding-linux-arm-musleabihf']).toEqual({
    version: '1.2.3',
    cpu: ['arm'],
    libc: ['musl'],
    os: ['linux'],
    dev: true,
    optional: true,
  });
  expect(completed.packages['node_modules/@tool/darwin-arm64']).toEqual({
    version: '1.2.3',
    cpu: ['arm64'],
    os: ['darwin'],
    dev: true,
    optional: true,
  });
  expect(missingPlatformPackages(completed)).toEqual([]);
});

test.each([
  ['a range instead of a version', { '@tool/darwin-arm64': '^1.0.0' }],
  ['a name without a platform', { extra: '1.0.0' }],
])('%s is not guessed at', (_what, optionalDependencies) => {
  expect(() => withPlatformPackages({ packages: { 'node_modules/tool': { optionalDependencies } } })).toThrow('is not locked');
});
