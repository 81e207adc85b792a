import { decodeText } from '../decode/index.ts';
import { decodeEntities } from './entities.ts';
import { ExtractionFailed, maxExtractedChars } from './extraction-failed.ts';
import { openZip, type ZipEntries } from './zip-entries.ts';

/** Size of one part after unpacking, in bytes. */
const maxPartBytes = 64_000_000;

/** Headers and footers of one document that are read. */
const maxHeaderParts = 40;

/**
 * Text of a Word document (ECMA-376) as Markdown: headings by their style, one paragraph per block, rows
 * of tables as lines. Headers, footers and notes follow at the end; deleted text, field codes and pictures are left out.
 * Own code instead of a library because sizes must be limited while unpacking, and headings kept.
 * @throws ExtractionFailed when it is no such document or over a limit
 */
export function docxText(bytes: Buffer): string {
  const zip = openZip(bytes);
  const main = mainPart(zip);
  const document = readPart(zip, main);
  if (document === null) throw new ExtractionFailed('the archive has no document part');
  const headings = headingStyles(readPart(zip, sibling(main, 'styles.xml')) ?? '');
  const others = [...headerParts(zip, main), sibling(main, 'footnotes.xml'), sibling(main, 'endnotes.xml')].map((name) =>
    readPart(zip, name),
  );
  const texts = [document, ...others].map((xml) => (xml === null ? '' : partText(xml, headings)));
  // Sections have headers of their own, which are often the same.
  return [...new Set(texts.filter((text) => text !== ''))].join('\n\n');
}

/** Headers and footers of the document's sections, in the order of their numbers. */
const headerParts = (zip: ZipEntries, main: string): string[] =>
  zip.names
    .filter((name) => name.startsWith(sibling(main, '')) && /\/(?:header|footer)\d{0,4}\.xml$/.test(name))
    .toSorted((one, other) => one.length - other.length || (one < other ? -1 : 1))
    .slice(0, maxHeaderParts);

/** `word/document.xml`, or what the package's relations name (Office online writes `document2.xml`). */
function mainPart(zip: ZipEntries): string {
  for (const tag of tagsOf(readPart(zip, '_rels/.rels') ?? '')) {
    if (tag.name === 'Relationship' && attribute(tag, 'Type')?.endsWith('/officeDocument') === true)
      return (attribute(tag, 'Target') ?? '').replace(/^\//, '');
  }
  return 'word/document.xml';
}

const sibling = (part: string, name: string): string => part.slice(0, part.lastIndexOf('/') + 1) + name;

function readPart(zip: ZipEntries, name: string): string | null {
  const bytes = zip.read(name, maxPartBytes);
  if (bytes === null) return null;
  const decoded = decodeText(bytes);
  return 'skip' in decoded ? null : decoded.text;
}

/** Style ids are localised, names are not: `heading 1` is a heading of level 1 everywhere. */
function headingStyles(xml: string): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  let style = '';
  for (const tag of tagsOf(xml)) {
    if (tag.name === 'w:style') style = attribute(tag, 'w:styleId') ?? '';
    if (tag.name !== 'w:name' || style === '') continue;
    const name = (attribute(tag, 'w:val') ?? '').toLowerCase();
    const level = name === 'title' ? 1 : Number(/^heading ([1-6])$/.exec(name)?.[1] ?? 0);
    if (level > 0) levels.set(style, level);
  }
  return levels;
}

function partText(xml: string, headings: ReadonlyMap<string, number>): string {
  const blocks: string[] = [];
  let paragraph = '';
  let heading = 0;
  let row: string[] | null = null;
  let cell = '';
  let length = 0;
  /** Depth of elements whose content is there twice, for older readers. */
  let fallbacks = 0;
  for (const tag of tagsOf(xml)) {
    if (tag.name === 'mc:Fallback') fallbacks += tag.isClosing ? -1 : tag.isEmpty ? 0 : 1;
    if (fallbacks > 0) continue;
    if (tag.name === 'w:t' && !tag.isClosing && !tag.isEmpty) paragraph += decodeEntities(tag.textBehind);
    else if (tag.name === 'w:tab' && !tag.isClosing) paragraph += '\t';
    else if ((tag.name === 'w:br' || tag.name === 'w:cr') && !tag.isClosing) paragraph += row === null ? '\n' : ' ';
    else if (tag.name === 'w:pStyle') heading = headings.get(attribute(tag, 'w:val') ?? '') ?? 0;
    else if (tag.name === 'w:tr') {
      if (row !== null && tag.isClosing) blocks.push(row.join(' | '));
      row = tag.isClosing ? null : [];
    } else if (tag.name === 'w:tc' && tag.isClosing) {
      row?.push(cell.trim());
      cell = '';
    } else if (tag.name === 'w:p' && tag.isClosing) {
      length += paragraph.length;
      if (length > maxExtractedChars) throw new ExtractionFailed(`the document has more than ${maxExtractedChars} characters`);
      if (row !== null) cell += `${paragraph} `;
      else if (paragraph.trim() !== '')
        blocks.push(heading > 0 ? `${'#'.repeat(heading)} ${paragraph.trim().replaceAll('\n', ' ')}` : paragraph);
      paragraph = '';
      heading = 0;
    }
  }
  return blocks.join('\n\n');
}

interface XmlTag {
  readonly name: string;
  readonly isClosing: boolean;
  readonly isEmpty: boolean;
  /** What stands between the angle brackets. */
  readonly inner: string;
  /** Text up to the next tag, not decoded. */
  readonly textBehind: string;
}

/** Tags in order, in one pass; no entities of a document type are known, so none can expand. */
function* tagsOf(xml: string): Generator<XmlTag> {
  let start = xml.indexOf('<');
  while (start >= 0) {
    const end = xml.indexOf('>', start);
    if (end < 0) return;
    const next = xml.indexOf('<', end);
    const inner = xml.slice(start + 1, end);
    const isClosing = inner.startsWith('/');
    const nameEnd = inner.search(/[\s/]/) > 0 ? inner.search(/[\s/]/) : inner.length;
    const name = isClosing ? inner.slice(1).trimEnd() : inner.slice(0, nameEnd);
    yield { name, isClosing, isEmpty: inner.endsWith('/'), inner, textBehind: xml.slice(end + 1, next < 0 ? xml.length : next) };
    start = next;
  }
}

function attribute(tag: XmlTag, name: string): string | undefined {
  const at = tag.inner.indexOf(` ${name}="`);
  if (at < 0) return undefined;
  const start = at + name.length + 3;
  const end = tag.inner.indexOf('"', start);
  return end < 0 ? undefined : decodeEntities(tag.inner.slice(start, end));
}
