/**
 * Reads damaged PDFs; ends with an error when one of them is more than a failed extraction.
 * Arguments: how many, and the first seed. A program of its own, because what the reader of PDFs leaves
 * unhandled would be reported by the test runner as well.
 */
import { pdfOf } from './document-fixture.ts';
import { ExtractionFailed } from './extraction-failed.ts';
import { pdfText } from './pdf-text.ts';

const [count, seed] = process.argv.slice(2).map(Number) as [number, number];
const whole = pdfOf(['one\ntwo', 'three']);
let state = seed;
const random = (below: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return (state >>> 8) % below;
};

let failed = 0;
for (let at = 0; at < count; at += 1) {
  let bytes = Buffer.from(whole);
  for (let edits = 1 + random(6); edits > 0; edits -= 1) {
    const start = random(bytes.length);
    const noise = Buffer.from(Array.from({ length: random(12) }, () => random(256)));
    bytes = Buffer.concat([bytes.subarray(0, start), noise, bytes.subarray(start + random(12))]);
  }
  try {
    await pdfText(bytes, { timeoutMs: 10_000 });
  } catch (error) {
    if (!(error instanceof ExtractionFailed)) throw error;
    failed += 1;
  }
}
console.log(JSON.stringify({ count, failed }));
