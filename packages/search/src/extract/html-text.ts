import { decodeEntities } from './entities.ts';

/** Marks of template languages; there tags and attributes are what one searches for. */
const templateMark = /\{\{|\{%|<%|<\?(?:php|=)|\[\([\w.]+\)\]|\*ng(?:If|For)|\b(?:ng|v|x|hx|th)[-:][a-z]+=/;

/** Whether the text is a template to be indexed as it stands. */
export const isTemplate = (text: string): boolean => templateMark.test(text);

/** Elements whose content is code, which stays as it is. */
const code: ReadonlySet<string> = new Set(['script', 'style']);
/** A longer line of a script was put there by a program, in characters. */
const maxCodeLineChars = 2_000;
/** Attributes by which code and people name what is on a page; handlers (`onclick`) are taken too. */
const namingAttribute = /^(?:id|class|name|for|place[h]older|aria-label|alt|data-testid|on[a-z]+)$/;

/** Whether the text of a page holds scripts or styles, so that it is cut as code. */
export const hasCode = (text: string): boolean => /^[ \t]*<(?:script|style)[\s>]/im.test(text);

/**
 * Readable text of an HTML page with the same number of lines: tags and comments are taken out, entities decoded,
 * headings become `# …` and items `- …` where they begin a line. Scripts and styles stay as they are; names, labels and
 * handlers of a line's tags stand in braces at its end. Line n of the result is what line n of the file says. Linear in
 * the length of the text, whatever it holds.
 */
export function htmlText(html: string): string {
  const lines = new LineWriter();
  const scanner = new TagScanner(html);
  let at = 0;
  while (at < html.length) {
    const tag = scanner.next(at);
    lines.write(decodeEntities(html.slice(at, tag?.start ?? html.length)));
    if (tag === null) break;
    at = tag.end;
    if (!tag.isClosing && code.has(tag.name)) {
      at = scanner.endOfElement(tag.name, tag.end);
      lines.writeCode(html.slice(tag.start, at));
      continue;
    }
    if (!tag.isClosing && tag.name === 'svg') at = scanner.endOfElement(tag.name, tag.end);
    lines.markTag(tag);
    if (!tag.isClosing) lines.addNames(namesOf(html.slice(tag.start, tag.end)));
    lines.breakFor(html.slice(tag.start, at));
  }
  return lines.finish();
}

/** Values of the attributes that name the element or say what it does. */
function namesOf(tag: string): string[] {
  if (!tag.includes('=')) return [];
  const names: string[] = [];
  for (const [, name = '', double, single, bare] of tag.matchAll(
    /[\s"']([A-Za-z@:][\w:.-]{0,40})=(?:"([^"]{1,500})"|'([^']{1,500})'|([^\s"'>]{1,500}))/g,
  )) {
    if (!namingAttribute.test(name.toLowerCase())) continue;
    names.push(decodeEntities(double ?? single ?? bare ?? '').replaceAll(/\s+/g, ' '));
  }
  return names;
}

interface Tag {
  readonly start: number;
  /** Behind its `>`. */
  readonly end: number;
  /** Lower case; `''` for comments and declarations. */
  readonly name: string;
  readonly isClosing: boolean;
}

/** Finds tags. What was once searched for in vain is not searched for again, which keeps it linear. */
class TagScanner {
  readonly #html: string;
  readonly #lowerHtml: string;
  readonly #missing = new Set<string>();

  constructor(html: string) {
    this.#html = html;
    this.#lowerHtml = html.toLowerCase();
  }

  next(from: number): Tag | null {
    for (let start = this.#html.indexOf('<', from); start >= 0; start = this.#html.indexOf('<', start + 1)) {
      const tag = this.#tagAt(start);
      if (tag !== null) return tag;
    }
    return null;
  }

  /** Behind the closing tag of an element, or the end of the text. */
  endOfElement(name: string, from: number): number {
    const start = this.#find(`</${name}`, from);
    if (start < 0) return this.#html.length;
    const end = this.#find('>', start);
    return end < 0 ? this.#html.length : end + 1;
  }

  #tagAt(start: number): Tag | null {
    if (this.#html.startsWith('<!--', start)) {
      const end = this.#find('-->', start + 4);
      return end < 0 ? null : { start, end: end + 3, name: '', isClosing: false };
    }
    const isClosing = this.#html[start + 1] === '/';
    const nameStart = isClosing ? start + 2 : start + 1;
    if (!/[A-Za-z!?]/.test(this.#html[nameStart] ?? '')) return null;
    let nameEnd = nameStart;
    while (nameEnd - nameStart < 32 && /[\w:-]/.test(this.#html[nameEnd] ?? '')) nameEnd += 1;
    const end = this.#endOfTag(nameEnd);
    return end < 0 ? null : { start, end, name: this.#lowerHtml.slice(nameStart, nameEnd), isClosing };
  }

  /** Behind the `>` that stands in no attribute's value. */
  #endOfTag(from: number): number {
    if (this.#missing.has('>')) return -1;
    for (let at = from; at < this.#html.length; at += 1) {
      const character = this.#html[at];
      if (character === '>') return at + 1;
      if (character === '"' || character === "'") {
        const end = this.#find(character, at + 1);
        if (end >= 0) at = end;
      }
    }
    this.#missing.add('>');
    return -1;
  }

  #find(text: string, from: number): number {
    if (this.#missing.has(text)) return -1;
    const at = this.#lowerHtml.indexOf(text, from);
    if (at < 0) this.#missing.add(text);
    return at;
  }
}

/** Puts lines together, with the marks that headings and items get. Looks at each character once. */
class LineWriter {
  readonly #lines: string[] = [];
  #parts: string[] = [];
  #names: string[] = [];
  #hasWords = false;
  #isPreformatted = false;
  #keepsSpace = false;

  write(text: string): void {
    const [first, ...others] = text.split('\n') as [string, ...string[]];
    this.#add(first);
    for (const other of others) {
      this.#endLine();
      this.#add(other);
    }
  }

  writeCode(source: string): void {
    const [first, ...others] = source.split('\n').map((line) => (line.length > maxCodeLineChars ? '' : line)) as [string, ...string[]];
    this.#add(first);
    for (const other of others) {
      this.#keepsSpace = true;
      this.#endLine();
      this.#add(other);
      this.#keepsSpace = true;
    }
  }

  addNames(names: readonly string[]): void {
    this.#names.push(...names);
  }

  markTag(tag: Tag): void {
    if (tag.name === 'pre' || tag.name === 'textarea') this.#isPreformatted = !tag.isClosing;
    if (this.#hasWords) {
      if (!inline.has(tag.name)) this.#parts.push(' ');
    } else if (!tag.isClosing) {
      const level = /^h([1-6])$/.exec(tag.name)?.[1];
      const mark = level !== undefined ? `${'#'.repeat(Number(level))} ` : tag.name === 'li' ? '- ' : null;
      if (mark !== null) this.#parts = [mark];
    }
  }

  /** Keeps the line ends of what was taken out. */
  breakFor(taken: string): void {
    for (let at = taken.indexOf('\n'); at >= 0; at = taken.indexOf('\n', at + 1)) this.#endLine();
  }

  finish(): string {
    this.#endLine();
    return this.#lines.join('\n');
  }

  #add(text: string): void {
    if (text === '') return;
    this.#parts.push(text);
    this.#hasWords ||= text.trim() !== '';
    this.#keepsSpace ||= this.#isPreformatted;
  }

  #endLine(): void {
    const line = this.#parts.join('');
    const text = this.#keepsSpace ? line.trimEnd() : line.replace(/[ \t\r\u00a0]+/g, ' ').trim();
    const names = this.#names.length === 0 ? '' : `{: ${this.#names.join(' ')}}`;
    this.#lines.push(names === '' || text === '' ? text + names : `${text} ${names}`);
    this.#names = [];
    this.#parts = [];
    this.#hasWords = false;
    this.#keepsSpace = false;
  }
}

/** Elements within words and sentences: their tags leave no space. */
const inline: ReadonlySet<string> = new Set([
  '',
  'a',
  'abbr',
  'b',
  'bdi',
  'code',
  'em',
  'font',
  'i',
  'kbd',
  'mark',
  's',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'tt',
  'u',
  'var',
  'wbr',
]);
