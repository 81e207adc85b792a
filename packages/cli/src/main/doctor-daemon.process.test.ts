import fs from 'node:fs';
import path from 'node:path';
import { type DoctorReport, doctorReportSchema } from '@agent-brain/contract/doctor';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Running, TestUser } from '../fixtures/index.ts';

beforeEach((context) => requirePlatform(context, 'linux', 'darwin'));

/** A real daemon of the user's home; its own self-checks are far apart, so that the doctor meets what was done to it. */
async function startDaemon(user: TestUser): Promise<Running & { pid: number }> {
  fs.mkdirSync(user.home, { recursive: true, mode: 0o700 });
  const daemon = user.spawn(['serve', '--shared', '--home', fs.realpathSync(user.home)], {
    env: { AGENT_BRAIN_TEST: '1', AGENT_BRAIN_TICK_MS: '3600000' },
  });
  onTestFinished(async () => {
    daemon.child.kill('SIGKILL');
    await daemon.ended;
  });
  const { pid } = await waitUntil('the daemon has published its record', () => recordOf(user));
  return Object.assign(daemon, { pid });
}

function recordOf(user: TestUser): { pid: number; port: number; version: string } | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(user.home, 'runtime.json'), 'utf8')) as { pid: number; port: number; version: string };
  } catch {
    return undefined;
  }
}

async function examine(user: TestUser, ...options: string[]): Promise<{ code: number | null; report: DoctorReport }> {
  const ran = await user.run(['doctor', '--json', ...options], { cwd: user.homedir });
  return { code: ran.code, report: doctorReportSchema.parse(JSON.parse(ran.stdout).data) };
}

/** A busy machine may not let one report see everything in time. */
const examineAll = (user: TestUser, ...options: string[]): ReturnType<typeof examine> =>
  waitUntil('a report that leaves nothing open', async () => {
    const examined = await examine(user, ...options);
    return examined.report.undetermined.length === 0 ? examined : undefined;
  });

const findings = ({ report }: { report: DoctorReport }): string[] => report.findings.map(({ id }) => id);

/** Every file of the home with its time of change. */
const snapshot = (user: TestUser): string[] =>
  fs
    .readdirSync(user.home, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${fs.lstatSync(path.join(user.home, name)).mtimeMs}`)
    .toSorted();

test('reset_noop_when_no_orphans, orphan_finding, reset_sweeps_orphans: a daemon is ended when it has lost its lock, not before', async () => {
  const user = new TestUser();
  const daemon = await startDaemon(user);
  const { port, version } = recordOf(user) as { port: number; version: string };
  const healthy = await examineAll(user, '--reset');
  expect(healthy).toMatchObject({
    code: 0,
    report: { reset: { swept: [], failed: [] }, daemon: { active: true, pid: daemon.pid, port, package_version: version }, orphans: [] },
  });
  expect(findings(healthy)).toEqual([]);

  fs.rmSync(path.join(user.home, 'daemon.lock'));
  const before = snapshot(user);
  const ill = await examineAll(user);
  expect(ill.report).toMatchObject({ daemon: { active: false }, orphans: [{ pid: daemon.pid, port, class: 'safe_auto' }] });
  expect(ill.report.findings).toContainEqual(
    expect.objectContaining({
      id: 'F-002',
      severity: 'warn',
      remediation: expect.objectContaining({ command: 'agent-brain doctor --reset' }),
    }),
  );
  expect([snapshot(user), daemon.child.exitCode]).toEqual([before, null]); // no_state_mutation_default

  const mended = await examine(user, '--reset');
  expect(mended).toMatchObject({ code: 0, report: { orphans: [], reset: { swept: [{ pid: daemon.pid }], failed: [] } } });
  expect(await daemon.ended).toMatchObject({ code: 0 });
});

test('uninstall ends a daemon that has lost its lock before it removes what that daemon writes', async () => {
  const user = new TestUser();
  const daemon = await startDaemon(user);
  fs.rmSync(path.join(user.home, 'daemon.lock'));
  await user.json(['uninstall', '--purge', '--yes'], { cwd: user.homedir });
  expect(await daemon.ended).toMatchObject({ code: 0 });
  expect(fs.existsSync(user.home)).toBe(false);
});

test('a stopped daemon is named, never ended by itself, and ended when a person says so', async () => {
  const user = new TestUser();
  const daemon = await startDaemon(user);
  daemon.child.kill('SIGSTOP');
  const silent = await examineAll(user, '--reset');
  expect(silent).toMatchObject({ code: 1, report: { daemon: { active: false, pid: daemon.pid }, orphans: [] } });
  expect(findings(silent)).toEqual(['F-015']);
  expect(silent.report.findings[0]?.remediation.description).toContain('daemon.log');

  const refused = await user.run(['doctor', '--terminate-holder'], { cwd: user.homedir });
  expect(refused.stderr).toContain('CONFIRMATION_REQUIRED');
  expect([daemon.child.exitCode, daemon.child.signalCode]).toEqual([null, null]);

  const ended = await examine(user, '--terminate-holder', '--yes');
  expect(ended).toMatchObject({ code: 0, report: { daemon: { active: false, pid: null } } });
  expect(await daemon.ended).toMatchObject({ signal: 'SIGKILL' });
  expect((await user.run(['doctor', '--terminate-holder'], { cwd: user.homedir })).stderr).toContain(
    'Nobody holds a lock without an answer',
  );
});
