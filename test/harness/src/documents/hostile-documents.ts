import { deflateSync } from 'node:zlib';
import { docxOf, pdfOf, pdfOfObjects, zipOf } from './documents.ts';

const stream = (content: string | Buffer, entries = ''): Buffer => {
  const data = Buffer.from(content);
  return Buffer.concat([Buffer.from(`<< /Length ${data.length}${entries} >>\nstream\n`), data, Buffer.from('\nendstream')]);
};
const packed = (content: string | Buffer, entries = ''): Buffer =>
  stream(deflateSync(Buffer.from(content)), ` /Filter /FlateDecode${entries}`);

const catalogue = '<< /Type /Catalog /Pages 2 0 R >>';
const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const page = (resources: string, contents: number): string =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << ${resources} >> /Contents ${contents} 0 R >>`;
const onePage = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';

/** Each form draws the next one twice: 2^40 pictures of nothing. */
function doublingForms(): Buffer {
  const levels = 40;
  const forms = Array.from({ length: levels }, (_, level) =>
    stream('/N Do /N Do', ` /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /N ${level + 6} 0 R >> >>`),
  );
  const last = stream('BT (x) Tj ET', ' /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << >>');
  return pdfOfObjects([catalogue, onePage, page('/XObject << /N 5 0 R >>', 4), stream('/N Do'), ...forms, last]);
}

const ownForm = (): Buffer =>
  pdfOfObjects([
    catalogue,
    onePage,
    page('/XObject << /N 5 0 R >>', 4),
    stream('/N Do'),
    stream('/N Do', ' /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /N 5 0 R >> >>'),
  ]);

/** A table of characters with one range over four thousand million codes. */
const endlessTable = (): Buffer =>
  pdfOfObjects([
    catalogue,
    onePage,
    page('/Font << /F1 5 0 R >>', 4),
    stream('BT /F1 12 Tf <0001> Tj ET'),
    '<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>',
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>',
    stream(
      'begincmap\n1 begincodespacerange\n<00000000> <ffffffff>\nendcodespacerange\n1 beginbfrange\n<00000000> <ffffffff> <0041>\nendbfrange\nendcmap',
    ),
  ]);

/** Text that is drawn letter by letter, eight million times. */
const manyLetters = (): Buffer =>
  pdfOfObjects([
    catalogue,
    onePage,
    page('/Font << /F1 5 0 R >>', 4),
    packed(`BT /F1 12 Tf ${'(x) Tj 1 0 Td '.repeat(3_000_000)} ET`),
    font,
  ]);

/** Many pages that all unpack the same stream. */
function sharedContents(): Buffer {
  const count = 2_000;
  const kids = Array.from({ length: count }, (_, at) => `${at + 5} 0 R`).join(' ');
  return pdfOfObjects([
    catalogue,
    `<< /Type /Pages /Kids [${kids}] /Count ${count} >>`,
    packed(`BT /F1 12 Tf ${'(word) Tj T* '.repeat(50_000)} ET`),
    font,
    ...Array.from({ length: count }, () => page('/Font << /F1 4 0 R >>', 3)),
  ]);
}

function manyPages(): Buffer {
  const count = 10_000;
  const kids = Array.from({ length: count }, (_, at) => `${at + 3} 0 R`).join(' ');
  const pages = Array.from({ length: count }, () => '<</Type/Page/Parent 2 0 R>>');
  return pdfOfObjects([catalogue, `<< /Type /Pages /Kids [${kids}] /Count ${count} >>`, ...pages]);
}

const nestedArrays = (): Buffer => pdfOfObjects([catalogue, onePage, page('', 4), packed('['.repeat(5_000_000))]);

const cyclicPages = (): Buffer => pdfOfObjects([catalogue, '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 >>']);

const encrypted = (): Buffer =>
  pdfOfObjects(
    [
      catalogue,
      onePage,
      page('', 4),
      stream('BT (x) Tj ET'),
      '<< /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /O (o) /U (u) /OE (o) /UE (u) >>',
    ],
    ' /Encrypt 5 0 R /ID [<00> <00>]',
  );

const hugePicture = (): Buffer =>
  pdfOfObjects([
    catalogue,
    onePage,
    page('/XObject << /I 5 0 R >>', 4),
    stream('/I Do'),
    stream(
      deflateSync(Buffer.alloc(40_000_000)),
      ' /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode',
    ),
  ]);

const crossReferences = (): Buffer => {
  const whole = pdfOf(['x']).toString('latin1');
  return Buffer.from(whole.replace('trailer <<', `trailer << /Prev ${whole.lastIndexOf('xref\n0')}`), 'latin1');
};

const zipInZip = (): Buffer => {
  let inner: Buffer = Buffer.alloc(60_000_000, 0x20);
  for (let depth = 0; depth < 4; depth += 1) inner = zipOf({ 'word/document.xml': inner });
  return inner;
};

const manyParts = (): Buffer =>
  zipOf(Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`word/header${at}.xml`, Buffer.alloc(20_000, 0x20)])));

/**
 * Documents that take a minute or a gigabyte of whoever reads them without a limit. A document may still be read: then
 * as quickly as any.
 */
export const hostileDocuments: readonly (readonly [name: string, make: () => Buffer])[] = [
  ['doubling-forms.pdf', doublingForms],
  ['own-form.pdf', ownForm],
  ['endless-table.pdf', endlessTable],
  ['many-letters.pdf', manyLetters],
  ['shared-contents.pdf', sharedContents],
  ['many-pages.pdf', manyPages],
  ['nested-arrays.pdf', nestedArrays],
  ['cyclic-pages.pdf', cyclicPages],
  ['encrypted.pdf', encrypted],
  ['huge-picture.pdf', hugePicture],
  ['own-predecessor.pdf', crossReferences],
  ['deflate-bomb.pdf', () => pdfOf(['x'], { filter: ' /Filter /FlateDecode', data: deflateSync(Buffer.alloc(300_000_000, 0x20)) })],
  ['near-the-limit.pdf', () => pdfOf(['x'], { filter: ' /Filter /FlateDecode', data: deflateSync(Buffer.alloc(120_000_000, 0x20)) })],
  ['zip-in-zip.docx', zipInZip],
  ['many-parts.docx', manyParts],
  ['tags.docx', () => docxOf('<w:p><w:t>x</w:t></w:p>'.repeat(2_500_000))],
  ['open-tags.docx', () => docxOf('<w:tc><w:p>'.repeat(5_000_000))],
  ['part-bomb.docx', () => zipOf({ 'word/document.xml': Buffer.alloc(300_000_000, 0x20) }, { uncompressedBytes: 10 })],
];
