import fs from 'node:fs';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { doctorReportSchema } from '@agent-brain/contract/doctor';
import type { InstanceState, ProjectLocation } from '@agent-brain/client/discovery';
import type { Status } from '@agent-brain/contract/status';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { examine, type Facts, renderReport } from './index.ts';
import { lookAtVolumes } from './volumes.ts';

const now = new Date('2026-01-01T12:00:00Z');
const location = {
  root: '/p',
  warnings: [],
  paths: { root: '/p', stateDir: '/p/.claude/agent-brain', runtimeFile: '/p/r.json', logFile: '/p/l.log' },
} as unknown as ProjectLocation;
const healthy: Facts = {
  node: '24.21.0',
  platform: 'linux-x64',
  uid: 1000,
  git: '2.43.0',
  home: '/h',
  inotify: { max_user_watches: 524_288, max_user_instances: 128 },
  location,
  locationError: null,
  record: 'missing',
  instance: { state: 'stopped' },
  status: null,
  daemon: { state: 'stopped', staleRecord: false },
  daemonFiles: { runtimeFile: '/h/runtime.json', logFile: '/h/logs/daemon.log' },
  daemonExpected: null,
  orphans: [],
  pointerHome: null,
  ignoredKeys: [],
  configError: null,
  setAside: [],
  isForeign: false,
  places: [{ path: '/h', what: 'The home', isLink: false, isDirectory: true, mode: 0o700, uid: 1000 }],
  volumes: [{ path: '/h', what: 'The home', isWritable: true, freeBytes: 1e12, network: null }],
  failures: [],
  undetermined: [],
};
const place = healthy.places[0] as Facts['places'][number];
const volume = healthy.volumes[0] as Facts['volumes'][number];
const view = { style: (_: unknown, text: string) => text, now, verbose: false, columns: 80 };
const running = (version: string): InstanceState =>
  ({ state: 'running', instance: { version, pid: 7, port: 8, mode: 'project' } }) as unknown as InstanceState;

const runningDaemon = (version: string): Facts['daemon'] =>
  ({ state: 'running', record: { version, pid: 7, port: 8, protocol_version: '1.0' } }) as unknown as Facts['daemon'];
const orphan: Facts['orphans'][number] = { pid: 7, port: 45_124, version: '0.0.9', class: 'safe_auto', reason: 'it has no lock' };

test('a daemon that is starting is no finding', () => {
  expect(examine({ ...healthy, daemon: { state: 'starting', pid: 7, sinceS: 2 } }, now).report.findings).toEqual([]);
});

test('what could not be determined in time is unknown, and nothing is advised', () => {
  const unknown = { state: 'unknown' } as const;
  const busy: Facts = {
    ...healthy,
    git: unknown,
    record: 'unknown',
    instance: unknown,
    daemon: unknown,
    undetermined: ['git', 'the instance'],
  };
  for (const facts of [busy, { ...busy, record: 'ok' as const }, { ...busy, daemonExpected: 'it serves this project' }]) {
    const { report, exitCode, failures } = examine(facts, now);
    expect(doctorReportSchema.parse(report)).toEqual(report);
    expect([report.findings, exitCode, failures]).toEqual([[], 0, []]);
    expect(report).toMatchObject({ instance: { running: null }, daemon: { active: null }, environment: { git: null } });
    expect(renderReport(report, view)).toContain('Not determined in time: git, the instance.');
  }
});

test('an instance that is silent behind a record that could not be read gets no advice', () => {
  const error = new AgentBrainError('INSTANCE_UNRESPONSIVE', 'it is silent');
  const facts: Facts = { ...healthy, record: 'unknown', instance: { state: 'unresponsive', pid: 7, error } };
  expect(examine(facts, now).report.findings).toEqual([]);
});

test('a healthy machine has no finding and exits 0', () => {
  const { report, exitCode, failures } = examine(healthy, now);
  expect(doctorReportSchema.parse(report)).toEqual(report);
  expect([report.findings, exitCode, failures]).toEqual([[], 0, []]);
  expect(renderReport(report, view)).toMatch(/No problems detected\.$/);
});

const cases: [string, Partial<Facts>, string, string, number][] = [
  ['a stale record', { record: 'ok' }, 'F-101', 'agent-brain start', 0],
  [
    'an instance without an answer',
    { instance: { state: 'unresponsive', pid: 7, error: new AgentBrainError('INSTANCE_UNRESPONSIVE', 'it is silent') } },
    'F-102',
    'agent-brain doctor --terminate-holder',
    1,
  ],
  [
    'an instance that speaks a newer language',
    { instance: { state: 'unresponsive', pid: 7, error: new AgentBrainError('RECORD_UNSUPPORTED_VERSION', '/p/r.json has version 7') } },
    'F-103',
    'null',
    0,
  ],
  [
    'a state directory behind a link',
    { location: null, locationError: new AgentBrainError('STATE_DIR_UNSAFE', '/p/.claude is a symbolic link') },
    'F-010',
    'null',
    1,
  ],
  ['an instance of another version', { instance: running('0.0.1') }, 'F-103', 'agent-brain restart', 0],
  ['state that nobody here made', { isForeign: true }, 'F-104', 'agent-brain init', 0],
  ['state that was set aside', { setAside: ['untrusted-x y'] }, 'F-104', "rm -r '/p/.claude/agent-brain/untrusted-x y'", 0],
  [
    'a key of the user in the project',
    { ignoredKeys: [{ key: 'bind_host', file: '/p/c.json', reason: 'only the user may set it' }] },
    'F-105',
    'agent-brain config unset bind_host',
    0,
  ],
  ['a wrong configuration', { configError: new AgentBrainError('CONFIG_INVALID', '/port is "x"') }, 'F-106', 'null', 1],
  ['a damaged index', { status: { index: { state: 'corrupt' } } as Status }, 'F-201', 'agent-brain index --repair', 1],
  [
    'directories for which the system has no more watches',
    {
      status: {
        index: { state: 'ready' },
        watcher: { state: 'limited', reason: '3 of 9 directories. Raise it: sudo sysctl fs.inotify.max_user_watches=524288, and for good' },
      } as Status,
    },
    'F-204',
    'sudo sysctl fs.inotify.max_user_watches=524288',
    0,
  ],
  [
    'a folder that cannot be watched',
    { status: { index: { state: 'ready' }, watcher: { state: 'degraded', reason: '/p cannot be watched' } } as Status },
    'F-204',
    'null',
    0,
  ],
  ['an index of another version', { status: { index: { state: 'rebuilding' } } as Status }, 'F-202', 'null', 0],
  ['a network disk', { volumes: [{ ...volume, network: 'NFS' }] }, 'F-009', 'null', 0],
  ['a directory that is open to others', { places: [{ ...place, mode: 0o755 }] }, 'F-010', 'chmod 700 /h', 1],
  [
    'a file that is open to others',
    { places: [{ ...place, path: "/h/it's", isDirectory: false, mode: 0o640 }] },
    'F-010',
    "chmod 600 '/h/it'\\''s'",
    1,
  ],
  ['a link', { places: [{ ...place, isLink: true, mode: 0o777 }] }, 'F-010', 'null', 1],
  ['a directory of somebody else', { places: [{ ...place, uid: 0 }] }, 'F-010', 'sudo chown 1000 /h', 1],
  ['a directory without write permission', { volumes: [{ ...volume, isWritable: false }] }, 'F-011', 'null', 1],
  ['a full disk', { volumes: [{ ...volume, freeBytes: 4096 }] }, 'F-011', 'null', 1],
  [
    'a daemon without an answer',
    { daemon: { state: 'unresponsive', pid: 7, reason: 'x' } },
    'F-015',
    'agent-brain doctor --terminate-holder',
    1,
  ],
  [
    'a daemon that never ends its start',
    { daemon: { state: 'starting', pid: 7, sinceS: 61 } },
    'F-015',
    'agent-brain doctor --terminate-holder',
    1,
  ],
  ['a daemon of another version', { daemon: runningDaemon('0.0.1') }, 'F-004', 'agent-brain restart --mode shared', 0],
  ['a daemon that should run', { daemonExpected: 'it serves this project' }, 'F-005', 'agent-brain start --mode shared', 0],
  ['a record of a dead daemon', { daemon: { state: 'stopped', staleRecord: true } }, 'F-101', 'agent-brain start --mode shared', 0],
  ['orphans', { orphans: [orphan, { ...orphan, pid: 8 }] }, 'F-002', 'agent-brain doctor --reset', 0],
  ['what may be an orphan', { orphans: [{ ...orphan, class: 'operator_required' }] }, 'F-002', 'ps -fp 7', 0],
  ['a daemon of another home', { pointerHome: '/other' }, 'F-014', 'null', 0],
  ['an old Node.js', { node: '22.17.1' }, 'F-401', 'nvm install 24', 0],
  ['no git', { git: null }, 'F-401', 'null', 0],
  [
    'a low limit of watches',
    { inotify: { max_user_watches: 8192, max_user_instances: 128 } },
    'F-401',
    'sudo sysctl fs.inotify.max_user_watches=524288',
    0,
  ],
];

test.each(cases)('%s is found, with what to do about it', (_, facts, id, command, exitCode) => {
  const examination = examine({ ...healthy, ...facts }, now);
  expect(examination.report.findings.map((finding) => [finding.id, String(finding.remediation.command)])).toEqual([[id, command]]);
  expect(examination.report.findings[0]?.remediation.description).not.toBe('');
  expect(examination.exitCode).toBe(exitCode);
});

test('the report names the daemon and its orphans, for people and for programs', () => {
  const facts: Facts = { ...healthy, daemon: runningDaemon(PRODUCT_VERSION), orphans: [orphan, { ...orphan, port: null, version: null }] };
  const { report, exitCode } = examine(facts, now);
  expect(doctorReportSchema.parse(report)).toMatchObject({
    daemon: { active: true, pid: 7, port: 8, package_version: PRODUCT_VERSION, protocol_version: '1.0' },
    orphans: [
      { pid: 7, port: 45_124, package_version: '0.0.9' },
      { pid: 7, port: null, package_version: null },
    ],
  });
  expect(exitCode).toBe(0);
  const text = renderReport(report, view);
  expect(text).toContain('pid 7, port 45124, version 0.0.9: it has no lock');
  expect(text.indexOf('Daemon')).toBeLessThan(text.indexOf('Orphans'));
  expect(text.indexOf('Orphans')).toBeLessThan(text.indexOf('Findings & Remediation'));
});

test('a reset says whom it has ended, and who still runs', () => {
  const { report } = examine(healthy, now);
  const suspect = { pid: 7, port: 45_124, package_version: '0.0.9', reason: 'it has no lock' };
  const nothing = { swept: [], skipped: [], failed: [], cleaned: [], duration_ms: 1 };
  const reset = {
    ...nothing,
    swept: [{ ...suspect, by: 'SIGKILL' as const }],
    failed: [{ ...suspect, pid: 8, failure: 'denied' }],
    cleaned: ['x'],
  };
  expect(renderReport({ ...report, reset: nothing }, view)).toContain('Reset\n  nothing to end\n');
  expect(renderReport(doctorReportSchema.parse({ ...report, reset }), view)).toContain(
    'Reset\n  ended pid 7, by SIGKILL: it has no lock\n  pid 8 still runs: denied\n  removed 1 entry of daemons that have ended\n',
  );
});

test('a look or a check that fails leaves the rest of the report and exits 2', () => {
  const { report, exitCode, failures } = examine(
    { ...healthy, places: null as unknown as Facts['places'], failures: ['Could not look at disks: x'], git: null },
    now,
  );
  expect(failures).toEqual(['Could not look at disks: x', expect.stringContaining('"permissions"')]);
  expect(report.findings.map(({ id }) => id)).toEqual(['F-401']);
  expect(exitCode).toBe(2);
});

test('the worst comes first, and nothing that was found can steer the terminal', () => {
  const { report } = examine(
    { ...healthy, record: 'ok', git: null, places: [{ ...place, path: '/h/\u001b]0;x\u0007', mode: 0o777 }] },
    now,
  );
  expect(report.findings.map(({ severity }) => severity)).toEqual(['critical', 'warn', 'info']);
  expect(renderReport(report, view)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('a directory that is not there yet is judged by the one above it', async () => {
  const directory = temporaryDirectory();
  const [found] = await lookAtVolumes([[`${directory}/not/yet`, 'The home']]);
  expect(found).toMatchObject({ path: `${directory}/not/yet`, isWritable: true });
  expect(found?.freeBytes).toBeGreaterThan(0);
  expect(fs.existsSync(`${directory}/not`)).toBe(false);
});
