import { deflateSync } from 'node:zlib';

/**
 * A PDF of some 150 kB whose one page sets letters one by one, some 14 million times: a reader of PDFs has to go through
 * all of them at one stretch, which holds its thread for many seconds.
 */
export function slowPdf(letters = 14_000_000): Buffer {
  const content = deflateSync(`BT /F1 12 Tf 1 0 0 1 10 700 Tm ${'(a) Tj\n'.repeat(letters)} ET`);
  const objects: Buffer[] = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    [`<</Length ${content.length}/Filter/FlateDecode>>\nstream\n`, content, '\nendstream'],
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ].map((body, index) =>
    Buffer.concat([`${index + 1} 0 obj\n`, ...(Array.isArray(body) ? body : [body]), '\nendobj\n'].map((part) => Buffer.from(part))),
  );
  const head = Buffer.from('%PDF-1.4\n');
  let at = head.length;
  const rows = objects.map((object) => {
    const row = `${String(at).padStart(10, '0')} 00000 n \n`;
    at += object.length;
    return row;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join('')}`;
  const tail = `trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([head, ...objects, Buffer.from(table + tail)]);
}
