import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const environment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

/** Runs git in a directory, apart from the user's configuration, and returns what it prints. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
    cwd,
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A directory below `root`, made with its parents. */
export function directory(root: string, ...parts: string[]): string {
  const made = path.join(root, ...parts);
  fs.mkdirSync(made, { recursive: true });
  return made;
}

/** A repository with one commit. */
export function repository(...parts: [string, ...string[]]): string {
  const made = directory(...parts);
  git(made, 'init', '--quiet', '--initial-branch=main');
  fs.writeFileSync(path.join(made, 'README.md'), made);
  git(made, 'add', '.');
  git(made, 'commit', '--quiet', '--message=first');
  return made;
}
