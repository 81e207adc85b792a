import { daemonRecordOf, nobody } from '@agent-brain/test-harness/instance-records';
import { expect, test } from 'vitest';
import { classify, daemonHomeOf, type ListenerSuspect, type ProcessSuspect, type Surroundings } from './index.ts';

const home = '/home/u/.agent-brain';
const surroundings: Surroundings = {
  home,
  uid: 1000,
  selfPid: 1,
  lock: { state: 'held', holder: { pid: 7, process_started_at: 'boot:7' } },
  hasUnreadableEntries: false,
  version: '0.2.0',
  settledAfterMs: 30_000,
};
const entry: NonNullable<ProcessSuspect['entry']> = {
  ...daemonRecordOf(home, nobody),
  pid: 8,
  process_started_at: 'boot:8',
  version: '0.2.0',
};
const orphan = {
  kind: 'process',
  pid: 8,
  process: { pid: 8, startedAt: 'boot:8', argv: ['node', '/x/agent-brain.js'], uid: 1000 },
  entry,
  answer: 'proven',
  ageMs: 60_000,
  home: { path: home, relation: 'ours' },
  hasLostLock: false,
} as const satisfies ProcessSuspect;
const listener: ListenerSuspect = { kind: 'listener', port: 45_125, answer: 'stranger', claims: undefined };
const free = { lock: { state: 'free' } } as const;

const rows: [string, ProcessSuspect | ListenerSuspect, Partial<Surroundings>, string, RegExp][] = [
  ['a daemon beside the holder of the lock', orphan, {}, 'safe_auto', /does not hold the lock/],
  ['a daemon whose lock was taken from it, and nobody has it', orphan, free, 'safe_auto', /does not hold the lock/],
  [
    'the holder of the lock',
    { ...orphan, pid: 7, process: { ...orphan.process, startedAt: 'boot:7' } },
    {},
    'never_touch',
    /holds the lock/,
  ],
  [
    'the holder of the lock, where start times are not told',
    { ...orphan, pid: 7, process: 'unknown' },
    {},
    'never_touch',
    /holds the lock/,
  ],
  ['the pid of the holder, given out again', { ...orphan, pid: 7 }, {}, 'safe_auto', /does not hold the lock/],
  [
    'anybody while nobody knows who holds the lock',
    orphan,
    { lock: { state: 'held', holder: undefined } },
    'operator_required',
    /no record/,
  ],
  ['the process that looks', { ...orphan, pid: 1 }, free, 'never_touch', /this process/],
  ['a process of another user', { ...orphan, process: { ...orphan.process, uid: 0 } }, {}, 'never_touch', /user 0/],
  ['cross_root: a daemon of another home', { ...orphan, home: { path: '/o', relation: 'other' } }, {}, 'never_touch', /another home: \/o/],
  ['a daemon whose home is gone', { ...orphan, home: { path: '/o', relation: 'gone' } }, {}, 'never_touch', /gone: \/o/],
  ['a home of the same name in a container', { ...orphan, home: { path: home, relation: 'other' } }, {}, 'never_touch', /container/],
  [
    'a home that is not shown',
    { ...orphan, entry: undefined, home: { path: home, relation: 'unknown' } },
    {},
    'operator_required',
    /which home/,
  ],
  [
    'a home that is not shown, of a process with an entry',
    { ...orphan, home: { path: home, relation: 'unknown' } },
    {},
    'safe_auto',
    /lock/,
  ],
  ['an older version', { ...orphan, entry: { ...entry, version: '0.1.0' } }, {}, 'safe_auto', /has version 0\.1\.0/],
  ['a newer version', { ...orphan, entry: { ...entry, version: '0.10.0' } }, {}, 'operator_required', /newer/],
  ['unresponsive: no answer at its port', { ...orphan, answer: 'silent' }, {}, 'safe_auto', /lock/],
  ['pid_port_mismatch: another program at its port', { ...orphan, answer: 'stranger' }, {}, 'safe_auto', /lock/],
  ['nobody at its port', { ...orphan, answer: 'closed' }, {}, 'safe_auto', /lock/],
  ['out_of_range: an entry names the port', { ...orphan, entry: { ...entry, port: 1 } }, {}, 'safe_auto', /lock/],
  ['pre_marker: arguments of no daemon, no proof', { ...orphan, home: undefined, answer: 'silent' }, {}, 'operator_required', /arguments/],
  ['pre_marker: arguments of no daemon, proven by its token', { ...orphan, home: undefined }, {}, 'safe_auto', /lock/],
  [
    'a pid that the system does not tell',
    { ...orphan, process: 'unknown', home: undefined, answer: 'silent' },
    {},
    'operator_required',
    /tell/,
  ],
  ['an untold pid, proven by its token', { ...orphan, process: 'unknown', home: undefined }, {}, 'safe_auto', /lock/],
  ['a lost entry', { ...orphan, entry: undefined, answer: undefined }, {}, 'safe_auto', /lost its entry/],
  ['a lost entry, where age is not told', { ...orphan, entry: undefined, ageMs: undefined }, {}, 'operator_required', /starting/],
  [
    'a young daemon without an entry, whose lock file was removed',
    { ...orphan, entry: undefined, ageMs: 1, hasLostLock: true },
    free,
    'safe_auto',
    /removed/,
  ],
  [
    'a daemon of this home, which was removed with its lock',
    { ...orphan, entry: undefined, ageMs: 1, home: { path: home, relation: 'gone' }, hasLostLock: true },
    free,
    'safe_auto',
    /removed/,
  ],
  [
    'a daemon of another home, which was removed',
    { ...orphan, entry: undefined, home: { path: '/o', relation: 'gone' }, hasLostLock: true },
    free,
    'never_touch',
    /gone: \/o/,
  ],
  ['a start under way', { ...orphan, entry: undefined, ageMs: 29_999 }, free, 'operator_required', /starting/],
  [
    'no entry beside an entry of a newer version',
    { ...orphan, entry: undefined },
    { hasUnreadableEntries: true },
    'operator_required',
    /newer/,
  ],
  ['third_party: another program in the range', listener, free, 'never_touch', /another program/],
  [
    'missing_pid: a claim without proof',
    { ...listener, claims: { instanceId: 'x', version: '0.1.0' } },
    free,
    'never_touch',
    /cannot prove/,
  ],
  ['a silent listener in the range', { ...listener, answer: 'silent' }, free, 'never_touch', /no answer/],
];

test.each(rows)('%s', (_, suspect, changes, kind, reason) => {
  expect(classify(suspect, { ...surroundings, ...changes })).toEqual({ class: kind, reason: expect.stringMatching(reason) });
});

test.each([
  [['/usr/bin/node', '/x/bin/agent-brain.js', 'serve', '--shared', '--home', '/h'], '/h'],
  [['node', '--stack-trace-limit=9', '/x/agent-brain.js', 'serve', '--home=/h i', '--shared', '--port', '1'], '/h i'],
  [['/usr/local/bin/agent-brain', '/usr/local/bin/agent-brain', 'serve', '--shared', '--home', '/h'], '/h'],
  [['/n/bin/node /x y/agent-brain.js serve --shared --home /Users/a b/ü'], '/Users/a b/ü'],
  [['node /x/agent-brain.js serve --shared --home /h --log-level debug'], '/h'],
])('%j is a daemon of %s', (argv, expected) => {
  expect(daemonHomeOf(argv)).toBe(expected);
});

test.each([
  [['node', '/x/agent-brain.js', 'serve', '--project-root', '/p', '--state-dir', '/s']],
  [['node', '/x/agent-brain.js', 'serve', '--shared']],
  [['node', '/x/agent-brain.js', 'serve', '--shared', '--home', 'relative']],
  [['node', '/x/agent-brain.js', 'query', 'serve', '--shared', '--home', '/h']],
  [['node', '/x/other.js', 'serve', '--shared', '--home', '/h']],
  [['grep', 'agent-brain.js', 'serve', '--shared', '--home', '/h']],
  [['strace', 'node', '/x/agent-brain.js', 'serve', '--shared', '--home', '/h']],
  [['sh', '-c', 'node /x/agent-brain.js serve --shared --home /h']],
  [['vi node /x/agent-brain.js serve --shared --home /h']],
  [['serve', '--shared', '--home', '/h']],
  [[]],
])('%j is no daemon', (argv) => {
  expect(daemonHomeOf(argv)).toBeUndefined();
});
