import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';

export default defineConfig({
  test: {
    include: ['{packages,test,scripts,bench,eval}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'build/**'],
    // Real processes, signals and working directories need a process per file, not a thread.
    pool: 'forks',
    // Half of what tests with processes do is to wait. The soak judges times: by default one processor is left to the others.
    ...(isSoak ? {} : { maxWorkers: Math.max(2, os.availableParallelism()) }),
    testTimeout: isSoak ? 1_800_000 : 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    // Worker threads from source load the type stripper's WebAssembly unless its output is cached; threads that
    // run WebAssembly and end may end the whole process (https://github.com/nodejs/node/issues/64500).
    env: { NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules', '.cache', 'agent-brain-tests') },
    globalSetup: ['./scripts/testing/build-first.ts'],
    setupFiles: ['./test/harness/src/leaks/setup.ts'],
    // A focused test would silence all others.
    allowOnly: false,
  },
});
