import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { waitUntil } from '../waiting/index.ts';
import { leftProcesses, suiteMarker } from './left-processes.ts';

/**
 * Runs around every test file: what a file leaves behind fails it. Its temporary folder is its own,
 * so everything still in there was forgotten by this file; its children carry its marker.
 */
const marker = randomUUID();
const outerTemporary = process.env['TMPDIR'];
const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ab-suite-')));
/** The test of this check makes it shorter. */
const graceMs = Number(process.env['AGENT_BRAIN_TEST_GRACE_MS'] ?? 20_000);
let resourcesBefore: Map<string, number>;

// A file that does not even load runs no hook.
const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
process.on('exit', removeFolder);
process.env['TMPDIR'] = folder;
process.env[suiteMarker] = marker;

beforeAll(() => {
  resourcesBefore = heldResources();
});

afterAll(async () => {
  const leaks: string[] = [];
  await settle(() => leftProcesses({ marker, folder }).length === 0);
  for (const { pid, commandLine } of leftProcesses({ marker, folder })) {
    leaks.push(`process ${pid} still runs: ${commandLine.slice(0, 200)}`);
    process.kill(pid, 'SIGKILL');
  }
  await settle(() => newResources().length === 0);
  for (const resource of newResources()) leaks.push(`handle still open: ${resource}`);
  for (const name of readdirSync(folder)) leaks.push(`temporary entry was not removed: ${name}`);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // Files without processes of their own share this one.
  process.off('exit', removeFolder);
  if (outerTemporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outerTemporary;
  if (leaks.length > 0) throw new Error(`this test file leaks:\n  ${leaks.join('\n  ')}`);
});

/** Kinds of handles that a test opens and must close; timers and the pipes of the test runner are not among them. */
const watchedResources = new Set(['TCPServerWrap', 'TCPSocketWrap', 'ProcessWrap', 'FSEventWrap', 'Worker']);

function heldResources(): Map<string, number> {
  const held = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) if (watchedResources.has(kind)) held.set(kind, (held.get(kind) ?? 0) + 1);
  return held;
}

function newResources(): string[] {
  return [...heldResources()]
    .filter(([kind, count]) => count > (resourcesBefore.get(kind) ?? 0))
    .map(([kind, count]) => `${count} × ${kind}`);
}

async function settle(condition: () => boolean): Promise<void> {
  await waitUntil('what the file started has ended', condition, { timeoutMs: graceMs }).catch(() => undefined);
}
