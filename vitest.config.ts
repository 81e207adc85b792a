import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,test,scripts,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'build/**'],
    // Real processes, signals and working directories need a process per file, not a thread.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    setupFiles: ['./test/harness/src/leaks/setup.ts'],
    // A focused test would silence all others.
    allowOnly: false,
  },
});
