import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from '@agent-brain/runtime/project';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { beforeEach, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';
import { serverEnvironment } from './server-environment.ts';
import { explainStart, openStartLog } from './start-log.ts';

let dir: string;
beforeEach(() => {
  dir = fs.realpathSync(temporaryDirectory());
});
const environment = (env: Record<string, string> = {}): Environment => ({ env, cwd: dir, homedir: dir, uid: 0, platform: 'linux' });
const make = (...parts: string[]): string => {
  const file = path.join(dir, ...parts);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, '', { mode: 0o755 });
  return file;
};

test('takes AGENT_BRAIN_BIN first, then the installation, then PATH', () => {
  const named = make('named', 'agent-brain.js');
  const installed = make('lib', 'node_modules', 'agent-brain', 'bin', 'agent-brain.js');
  const onPath = make('bin', 'agent-brain');
  const from = [path.join(dir, 'elsewhere'), path.join(dir, 'lib', 'deep', 'er')];
  const PATH = `relative:${path.join(dir, 'none')}:${path.dirname(onPath)}`;
  expect(findProgram(environment({ AGENT_BRAIN_BIN: named, PATH }), { from })).toEqual({
    command: process.execPath,
    args: [named],
    file: named,
    foundBy: 'AGENT_BRAIN_BIN',
  });
  expect(findProgram(environment({ PATH }), { from })).toMatchObject({ file: installed, foundBy: 'installation' });
  expect(findProgram(environment({ PATH }), { from: [dir] })).toEqual({ command: onPath, args: [], file: onPath, foundBy: 'PATH' });
});

test('never takes a program from the working directory', () => {
  make('agent-brain');
  make('node_modules', 'agent-brain', 'bin', 'agent-brain.js');
  expect(() => findProgram(environment({ PATH: '.::bin' }), { from: ['/'] })).toThrow(
    expect.objectContaining({ code: 'SERVER_PROGRAM_MISSING' }),
  );
});

test.each([
  ['agent-brain', 'it must be an absolute path'],
  ['/surely/missing', 'no such file is there'],
])('refuses AGENT_BRAIN_BIN=%s', (value, why) => {
  expect(() => findProgram(environment({ AGENT_BRAIN_BIN: value }))).toThrow(why);
});

test('hands on what a server needs and nothing of the session', () => {
  const env = {
    PATH: '/bin',
    HOME: '/h',
    LC_ALL: 'C',
    TZ: 'UTC',
    AGENT_BRAIN_HOME: '/a',
    AGENT_BRAIN_PROJECT: '/p',
    GIT_DIR: '/g',
    NODE_OPTIONS: '--inspect',
    AWS_SECRET_ACCESS_KEY: 's',
    CLAUDE_CODE_SSE_PORT: '1',
    VITEST: '1',
  };
  expect(serverEnvironment(env)).toEqual({
    MALLOC_ARENA_MAX: '2',
    MALLOC_TRIM_THRESHOLD_: '131072',
    PATH: '/bin',
    HOME: '/h',
    LC_ALL: 'C',
    TZ: 'UTC',
    AGENT_BRAIN_HOME: '/a',
  });
});

test('a setting of the C library that the user has made goes before that of the server', () => {
  expect(serverEnvironment({ MALLOC_ARENA_MAX: '8', MALLOC_TRIM_THRESHOLD_: '1' })).toEqual({
    MALLOC_ARENA_MAX: '8',
    MALLOC_TRIM_THRESHOLD_: '1',
  });
});

test('finds the problem of a failed start in what it wrote, and in nothing older', () => {
  const file = path.join(dir, 'server.log');
  fs.writeFileSync(file, '{"code":"DISK_FULL","detail":"of an earlier start"}\n');
  const log = openStartLog(file);
  expect(explainStart(log.read())).toEqual({ problem: undefined, tail: [] });
  fs.writeSync(log.fd, 'one\n{"level":30}\n{"code":"PORT_TAKEN","detail":"port 1 is taken","hint":"h"}\nlast\n');
  const { problem, tail } = explainStart(log.read());
  log.close();
  expect(problem).toMatchObject({ code: 'PORT_TAKEN', message: 'port 1 is taken', hint: 'h' });
  expect(tail.at(-1)).toBe('last');
});

test('makes the log for its owner alone and does not follow a planted link', () => {
  const file = path.join(dir, 'new.log');
  openStartLog(file).close();
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  fs.symlinkSync(file, path.join(dir, 'link.log'));
  expect(() => openStartLog(path.join(dir, 'link.log'))).toThrow('ELOOP');
});
