import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('./fixtures/cache-of-a-thread.ts', import.meta.url));

test('a thread uses the compile cache its process has switched on', () => {
  const directory = fs.realpathSync(temporaryDirectory('cache'));
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const output = execFileSync(process.execPath, [program, directory], { env, encoding: 'utf8' });
  expect(output.trim().startsWith(`${directory}/`), output).toBe(true);
});
