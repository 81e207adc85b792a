import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'vitest';

/**
 * A test that needs what not every machine has asks for it in its first line:
 * `requireProgram(context, 'git')`. What is missing skips the test with a reason
 * `optional:<key> <explanation>` or `platform:<key> <explanation>`. `npm test` prints the reasons;
 * in CI it fails on any whose key is not in `scripts/allowed-skips.txt`.
 */
export function requireProgram(context: TestContext, name: string): void {
  context.skip(findProgram(name) === undefined, `optional:${name} ${name} is not on PATH`);
}

export function requireRoot(context: TestContext): void {
  context.skip(process.getuid?.() !== 0, 'platform:root the test needs uid 0');
}

/** For tests of permissions, which do not exist for uid 0. */
export function requireNotRoot(context: TestContext): void {
  context.skip(process.getuid?.() === 0, 'platform:not-root permissions do not bind uid 0');
}

export function requirePlatform(context: TestContext, ...platforms: NodeJS.Platform[]): void {
  context.skip(!platforms.includes(process.platform), `platform:${platforms.join('-or-')} this is ${process.platform}`);
}

/** Mount and user namespaces, for tests that mount a small tmpfs of their own. */
export function requireNamespaces(context: TestContext): void {
  context.skip(!succeeds('unshare', ['--mount', 'true']), 'platform:namespaces `unshare --mount` is not permitted here');
}

/** Full counts only where they were asked for; a small count always runs in a test of its own. */
export function requireSoak(context: TestContext): void {
  context.skip(process.env['AGENT_BRAIN_SOAK'] !== '1', 'optional:soak set AGENT_BRAIN_SOAK=1 for the long run');
}

/** The absolute path of a program on PATH, or `undefined`. */
export function findProgram(name: string, searchPath = process.env['PATH'] ?? ''): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => path.join(directory, name))
    .find(isExecutableFile);
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function succeeds(program: string, argv: string[]): boolean {
  try {
    execFileSync(program, argv, { stdio: 'ignore', timeout: 50_000 });
    return true;
  } catch {
    return false;
  }
}
