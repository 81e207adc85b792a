import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A fresh folder with a canonical path, removed when the running test ends. Call it inside a test. */
export function temporaryDirectory(label = 'test'): string {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), `ab-${label}-`)));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}
