import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const isSoak = process.env['AGENT_BRAIN_SOAK'] === '1';

const all = '{packages,test,scripts,bench,eval}/**/*.test.ts';
/** As `scripts/testing/real-processes.ts` has it. */
const withRealProcesses = ['{packages,test,scripts,bench,eval}/**/*.{process,fault}.test.ts', 'test/e2e/**/*.test.ts'];
const nothing = ['**/node_modules/**', '**/dist/**', 'build/**'];

export default defineConfig({
  test: {
    projects: [
      // Nothing of a unit test outlives its file, so the next one may use the same process and what that has loaded.
      { extends: true, test: { name: 'quick', include: [all], exclude: [...nothing, ...withRealProcesses], isolate: false } },
      // Real processes, signals and working directories need a process per file.
      { extends: true, test: { name: 'processes', include: withRealProcesses, exclude: nothing } },
    ],
    pool: 'forks',
    // Half of what tests with processes do is to wait. The soak judges times: by default one processor is left to the others.
    ...(isSoak ? {} : { maxWorkers: Math.max(2, os.availableParallelism()) }),
    // Tests wait for conditions. These limits end what hangs; a machine at load 20 needs ten times as long as a quiet one.
    testTimeout: isSoak ? 1_800_000 : 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 180_000 } },
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
