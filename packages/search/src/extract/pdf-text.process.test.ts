import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const count = process.env['AGENT_BRAIN_SOAK'] === '1' ? 3000 : 150;

test('damaged PDFs are read or fail, and leave nothing behind that ends the thread', () => {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, 'fixtures', 'read-damaged-pdfs.ts'), String(count), '7'], {
    encoding: 'utf8',
  });
  const result = JSON.parse(output) as { count: number; failed: number };
  expect(result.count).toBe(count);
  expect(result.failed).toBeGreaterThan(0);
  expect(result.failed).toBeLessThan(count);
});
