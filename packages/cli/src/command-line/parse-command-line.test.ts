import { expect, test } from 'vitest';
import { type CommandEntry, type CommandSpec, guessGlobals, integer, moment, parseCommandLine, seconds } from './index.ts';

const loaded: string[] = [];
const entry = (name: string, spec: Partial<CommandSpec> = {}): CommandEntry<{ spec: CommandSpec }> => ({
  name,
  group: 'Search',
  summary: name,
  load: async () => {
    loaded.push(name);
    return { spec: { description: name, examples: [], ...spec } };
  },
});
const table = [
  entry('query', {
    arguments: [{ name: 'text', description: '', variadic: true }],
    options: [
      { flags: '-k, --top-k <n>', description: '', parse: integer('--top-k', 1, 100) },
      { flags: '--mode <mode>', description: '', choices: ['bm25', 'hybrid'] },
      { flags: '--path <glob>', description: '', repeatable: true },
      { flags: '--explain', description: '' },
    ],
  }),
  entry('stop'),
];
const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean), table);

test('loads the command that is meant and no other', async () => {
  loaded.length = 0;
  await expect(parse('query a b -k 3 --path x --path y')).resolves.toMatchObject({
    kind: 'run',
    name: 'query',
    args: ['a', 'b'],
    options: { topK: 3, path: ['x', 'y'] },
  });
  expect(loaded).toEqual(['query']);
});

test.each(['--json query x --project /p -q', 'query --json x --quiet --project=/p', '--project /p --json -q query x'])(
  'takes the common options anywhere: %s',
  async (line) => {
    await expect(parse(line)).resolves.toMatchObject({
      name: 'query',
      args: ['x'],
      globals: { json: true, quiet: true, project: '/p', color: true },
    });
  },
);

test('takes everything after -- as it stands', async () => {
  await expect(parse('query -- --json -k')).resolves.toMatchObject({ args: ['--json', '-k'], globals: { json: false } });
});

test.each([
  ['qurey', 'COMMAND_UNKNOWN', "Unknown command 'qurey'", 'Did you mean query?'],
  ['query x --mod bm25', 'ARGUMENT_INVALID', "Unknown option '--mod'", 'Did you mean --mode?'],
  ['--jsn', 'ARGUMENT_INVALID', "Unknown option '--jsn'", 'Did you mean --json?'],
  ['query x --mode hybird', 'ARGUMENT_INVALID', '--mode is "hybird" — it takes one of bm25, hybrid', 'Did you mean hybrid?'],
])('suggests what is near: %s', async (line, code, message, hint) => {
  await expect(parse(line)).rejects.toMatchObject({ code, message, hint, exitCode: 2 });
});

test.each([
  ['query x --mode best', 'ARGUMENT_INVALID', '--mode is "best" — it takes one of bm25, hybrid'],
  ['query x -k 0', 'ARGUMENT_INVALID', '--top-k is "0" — it takes a whole number from 1 to 100'],
  ['query x -k', 'ARGUMENT_INVALID', "Option '-k, --top-k <n>' argument missing"],
  ['stop now', 'ARGUMENT_INVALID', "Too many arguments for 'stop'. Expected 0 arguments but got 1: now."],
  ['zzzzzz', 'COMMAND_UNKNOWN', "Unknown command 'zzzzzz'"],
])('refuses %s', async (line, code, message) => {
  await expect(parse(line)).rejects.toMatchObject({ code, message });
});

test.each([
  ['', { kind: 'help', topic: undefined, full: false }],
  ['--help', { kind: 'help', topic: undefined, full: true }],
  ['query -h', { kind: 'help', topic: 'query' }],
  ['--help query', { kind: 'help', topic: 'query' }],
  ['--version --json', { kind: 'version', globals: { json: true } }],
])('understands %j', async (line, expected) => {
  await expect(parse(line)).resolves.toMatchObject(expected);
});

test('knows from unreadable arguments whether JSON was wanted', () => {
  expect(guessGlobals(['--bad', '--json']).json).toBe(true);
  expect(guessGlobals(['query', '--', '--json']).json).toBe(false);
});

test('reads durations and moments', () => {
  const now = () => new Date('2026-01-31T12:00:00Z');
  expect(['30', '0.5', '2m'].map(seconds('--timeout'))).toEqual([30, 0.5, 120]);
  expect(() => seconds('--timeout')('soon')).toThrow('--timeout is "soon"');
  expect(moment('--since', now)('10m').toISOString()).toBe('2026-01-31T11:50:00.000Z');
  expect(moment('--since', now)('2026-01-30T00:00:00Z').toISOString()).toBe('2026-01-30T00:00:00.000Z');
  expect(() => moment('--since', now)('5')).toThrow('--since is "5"');
});
