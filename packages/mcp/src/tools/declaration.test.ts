import { withinMs } from '@agent-brain/test-harness/timing';
import { expect, test } from 'vitest';
import { patternsOf } from './declaration.ts';

const { isIn, isDeclared, isCalled } = patternsOf('acquireLock');

test.each([
  'export async function acquireLock(path: string): Promise<Lock> {',
  '  async acquireLock(path) {',
  'def acquireLock(path):',
  'func (f *File) acquireLock(path string) error {',
  'pub fn acquireLock<P: AsRef<Path>>(path: P) -> Result<Lock> {',
  'export const acquireLock = (path) => open(path);',
  'static int acquireLock(const char *path) {',
  'class acquireLock extends Base {',
  'type acquireLock = () => void;',
  '#define acquireLock(path) open(path)',
  'acquireLock = lambda path: path',
  '  public synchronized Lock acquireLock(String path) throws IOException {',
  'defmodule acquireLock do',
])('takes a line as the definition of a name: %s', (line) => {
  expect(isDeclared(line)).toBe(true);
  expect(isCalled(line)).toBe(false);
});

test.each([
  '  const lock = await acquireLock(path);',
  'return acquireLock(path)',
  'if (acquireLock(path)) {',
  '    self.acquireLock(path)',
  'lock?.acquireLock?.(path);',
  'acquireLock!(path)',
  'let lock = acquireLock::<File>(path)?;',
  'items.map((item) => acquireLock(item))',
])('takes a line as a call: %s', (line) => {
  expect(isCalled(line)).toBe(true);
  expect(isDeclared(line)).toBe(false);
});

test.each([
  "import { acquireLock } from './lock.ts';",
  '// see acquireLock',
  "import { type Lock, open } from './acquireLock.ts';",
  'locks.push(acquireLock);',
])('takes a line as a mere mention: %s', (line) => {
  expect([isIn(line), isDeclared(line), isCalled(line)]).toEqual([true, false, false]);
});

test.each(['acquireLocks(path)', 'tryAcquireLock()', '_acquireLock(x)', 'acquireLock2()', 'AcquireLock()', 'éacquireLock()'])(
  'does not take another name for it: %s',
  (line) => {
    expect([isIn(line), isDeclared(line), isCalled(line)]).toEqual([false, false, false]);
  },
);

test('names with special characters are taken literally, and hostile lines cost no time', () => {
  expect(patternsOf('$scope').isIn('use $scope here')).toBe(true);
  expect(patternsOf('a.*b').isIn('axxb')).toBe(false);
  const begun = performance.now();
  for (const hostile of ['('.repeat(50_000), 'a '.repeat(50_000), `${'x<'.repeat(30_000)}acquireLock(`, `function ${' '.repeat(50_000)}`]) {
    isDeclared(hostile);
    isCalled(hostile);
  }
  expect(performance.now() - begun).toBeLessThan(withinMs(1_000));
});
