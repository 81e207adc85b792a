import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { docxOf } from '@agent-brain/test-harness/documents';
import { readDocument } from './index.ts';
import { languageOf } from '../languages/index.ts';

const runs = process.env['AGENT_BRAIN_SOAK'] === '1' ? 2000 : 60;
const seeds: Record<string, Buffer> = {
  docx: docxOf('<w:p><w:r><w:t>text</w:t></w:r></w:p>'),
  ipynb: Buffer.from('{"cells":[{"cell_type":"code","source":["x"]}]}'),
  html: Buffer.from('<h1>a</h1><p title="b">c&amp;</p><script>d</script>'),
  ts: Buffer.from('const größe = 1;\n'),
};

test('a document with bytes changed, removed or added is read or skipped, never an error', async () => {
  const root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'ab-fuzz-'));
  const edit = fc.record({ at: fc.nat(5000), remove: fc.nat(20), add: fc.uint8Array({ maxLength: 20 }) });
  try {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(seeds)), fc.array(edit, { maxLength: 5 }), async (extension, edits) => {
        let bytes = seeds[extension] as Buffer;
        for (const { at, remove, add } of edits) {
          const start = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, start), add, bytes.subarray(start + remove)]);
          if (bytes.length === 0) break;
        }
        const absolutePath = join(root, `x.${extension}`);
        fs.writeFileSync(absolutePath, bytes);
        const document = await readDocument(
          { path: `x.${extension}`, absolutePath, language: languageOf(`x.${extension}`) ?? 'text' },
          { maxFileBytes: 100_000, root },
        );
        expect('skip' in document || document.text.trim() !== '').toBe(true);
      }),
      { numRuns: runs },
    );
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});
