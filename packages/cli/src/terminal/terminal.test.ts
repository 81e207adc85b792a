import { expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatDuration,
  Output,
  printableJson,
  printableLine,
  printableText,
  Progress,
  type Sink,
  Terminal,
  wantsColor,
} from './index.ts';

const recorder = (sink: Partial<Sink> = {}): Sink & { text: string } => ({
  text: '',
  write(part: string) {
    this.text += part;
  },
  ...sink,
});

const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b31m\rfake\u202egpj.exe\u2066x\u0000';

test('shows every control of a hostile name instead of sending it', () => {
  const shown = printableLine(`a\n\t${hostile}`);
  expect(shown).toBe('a\\n\\t\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\rfake\\u202egpj.exe\\u2066x\\x00');
  expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
});

test('keeps lines, tabs, umlauts and emoji of a text, and shows half a surrogate pair', () => {
  expect(printableText('a\r\n\tb ü 🧠')).toBe('a\n\tb ü 🧠');
  expect(printableText('x\ud800y')).toBe('x\\ud800y');
});

test('lets nothing but colours through to the stream', () => {
  const sink = recorder();
  new Output(sink, { color: true }).print(`\u001b[31mred\u001b[39m ${hostile}`);
  expect(sink.text.replaceAll(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(sink.text).toContain('\u001b[31mred\u001b[39m');
});

test('prints JSON that means the same and holds no control', () => {
  const value = { [hostile]: [hostile, 'ü'] };
  expect(printableJson(value)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  expect(JSON.parse(printableJson(value))).toEqual(value);
});

test.each([
  [{ refused: false, env: {}, isTTY: true }, true],
  [{ refused: false, env: {}, isTTY: false }, false],
  [{ refused: true, env: { FORCE_COLOR: '1' }, isTTY: true }, false],
  [{ refused: false, env: { NO_COLOR: '1' }, isTTY: true }, false],
  [{ refused: false, env: { NO_COLOR: '' }, isTTY: true }, true],
  [{ refused: false, env: { TERM: 'dumb' }, isTTY: true }, false],
  [{ refused: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' }, isTTY: false }, true],
  [{ refused: false, env: { FORCE_COLOR: '0' }, isTTY: true }, false],
])('decides on colour for %j', (request, expected) => {
  expect(wantsColor(request)).toBe(expected);
});

test('says nothing beside the result when it is asked for JSON or quiet', () => {
  for (const options of [{ json: true }, { quiet: true }]) {
    const stderr = recorder();
    const terminal = new Terminal({ stdout: recorder(), stderr, stdinIsTTY: true, env: {}, ...options });
    terminal.note('note');
    terminal.warn('warning');
    expect(stderr.text).toBe('');
  }
});

test('asks questions only between two terminals', () => {
  const terminal = (stdinIsTTY: boolean, isTTY: boolean): Terminal =>
    new Terminal({ stdout: recorder(), stderr: recorder({ isTTY }), stdinIsTTY, env: {} });
  expect([terminal(true, true), terminal(false, true), terminal(true, false)].map(({ interactive }) => interactive)).toEqual([
    true,
    false,
    false,
  ]);
});

test('draws progress over one line on a terminal, never wider than it', () => {
  const sink = recorder({ isTTY: true, columns: 70 });
  let now = 0;
  const progress = new Progress(new Output(sink, { color: false }), { now: () => now, silent: false });
  for (; now <= 2000; now += 20)
    progress.update({ phase: 'indexing', done: now, total: 4000, unit: 'files', detail: `src/漢字漢字漢字漢字${hostile}` });
  progress.end();
  const frames = sink.text.split('\r\u001b[2K').slice(1);
  expect(sink.text).not.toContain('\n');
  expect(frames).toHaveLength(22);
  expect(frames.at(-1)).toBe('');
  expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThan(70);
  expect(frames.at(-2)).toMatch(/indexing {2}█+░+ {2}50 % {2}2,000\/4,000 files/);
});

test('takes a terminal that tells no width for one of 80 columns', () => {
  for (const columns of [0, undefined]) expect(new Output(recorder({ isTTY: true, columns }), { color: false }).columns).toBe(80);
});

test('draws a text over itself within the height of the terminal, and from the top when that has changed', () => {
  const size = { isTTY: true, columns: 40, rows: 4 };
  const sink = Object.assign(recorder(), size);
  const output = new Output(sink, { color: false });
  output.repaint('a\nb\nc\nd\ne');
  output.repaint('f');
  sink.rows = 5;
  output.repaint('g');
  expect(sink.text.replaceAll(/\u001b\[(?:\?7[lh]|2K|J)/g, '')).toBe('\ra\nb\nc\n\u001b[3A\rf\n\u001b[H\rg\n');
});

test('prints a line per phase and then one every ten seconds where lines cannot be drawn again', () => {
  for (const [sink, dumb] of [
    [recorder(), false],
    [recorder({ isTTY: true }), true],
  ] as const) {
    let now = 0;
    const progress = new Progress(new Output(sink, { color: false, dumb }), { now: () => now, silent: false });
    progress.update({ phase: 'walking', done: 0, total: 0, unit: 'files' });
    for (; now <= 25_000; now += 100) progress.update({ phase: 'indexing', done: now / 10, total: 5000, unit: 'files' });
    progress.end();
    expect(sink.text).toBe(
      'walking\nindexing: 0/5,000 files\nindexing: 1,000/5,000 files  100/s  ETA 40 s\nindexing: 2,000/5,000 files  100/s  ETA 30 s\n',
    );
  }
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1_500_000, '1.4 MiB'],
  [15 * 1024 ** 3, '15 GiB'],
])('writes %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [12, '12 ms'],
  [999.6, '1.0 s'],
  [4200, '4.2 s'],
  [59_400, '59 s'],
  [64_000, '1m 04s'],
  [7_380_000, '2h 03m'],
  [273_600_000, '3d 04h'],
])('writes %d ms as %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test.each([
  ['2026-01-01T11:59:58Z', 'just now'],
  ['2026-01-01T11:57:00Z', '3 min ago'],
  ['2025-12-31T11:00:00Z', '1 day ago'],
  ['2027-01-01T00:00:00Z', 'just now'],
])('writes the age of %s as %s', (iso, text) => {
  expect(formatAge(iso, new Date('2026-01-01T12:00:00Z'))).toBe(text);
});
