import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('./fixtures/kernel-storm.ts', import.meta.url));
const threads = process.env['AGENT_BRAIN_SOAK'] === '1' ? 2_000 : 40;

// V8 has ended processes in which threads with WebAssembly come and go (https://github.com/nodejs/node/issues/64500).
test(`${threads} threads that run the kernel begin, are ended at any moment, and the process lives`, { timeout: 900_000 }, () => {
  const output = execFileSync(process.execPath, [program, String(threads), temporaryDirectory('cache')], { encoding: 'utf8' });
  expect(output).toMatch(new RegExp(`^${threads} begun, [1-9]\\d* answered\\n$`));
});
