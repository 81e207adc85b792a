import { boundary } from '../outline.ts';
import { type DocumentFormat, type Heading, lineText, plainTitle, proseScore, withoutTrailing } from './document-format.ts';

interface HeadingMarks {
  /** First characters a heading line can have: cheap to test. */
  readonly firsts: string;
  /** Group 1 gives the level by its length or by `levels`, group 2 the title. */
  readonly heading: RegExp;
  readonly levels?: readonly string[];
  /** A line that begins a block in which no heading counts, and the line that ends it. */
  readonly block?: { readonly open: RegExp; close(open: string): string };
}

/** Formats whose headings carry a mark at the margin. Patterns see 400 units of a line. */
function markedHeadings(marks: HeadingMarks): DocumentFormat {
  return {
    reader(text, lines) {
      let blockEnd = '';
      return (line, afterBlank) => {
        const first = lines.firsts[line] as number;
        if (first === 0) return boundary.continuation;
        const indent = lines.indents[line] as number;
        if (indent > 0 && blockEnd === '') return proseScore(first, indent, afterBlank);
        const interesting = blockEnd !== '' || marks.firsts.includes(String.fromCharCode(first));
        if (!interesting) return proseScore(first, indent, afterBlank);
        const content = lineText(text, lines, line);
        if (blockEnd !== '') {
          if (content.toLowerCase() === blockEnd) blockEnd = '';
          return boundary.inside;
        }
        const opening = marks.block?.open.exec(content)?.[0];
        if (opening !== undefined) {
          blockEnd = marks.block?.close(opening).toLowerCase() ?? '';
          return afterBlank ? boundary.afterBlank : boundary.inside;
        }
        return headingOf(content, marks) ?? proseScore(first, indent, afterBlank);
      };
    },
  };
}

function headingOf(content: string, marks: HeadingMarks): Heading | null {
  const match = marks.heading.exec(content);
  if (match === null) return null;
  const mark = match[1] as string;
  const known = marks.levels?.indexOf(mark.toLowerCase());
  const level = known === undefined || known < 0 ? mark.length : known + 1;
  return { level, title: plainTitle(withoutTrailing(match[2] ?? '', '=')) };
}

export const asciidoc = markedHeadings({
  firsts: '=#-.*_+|`',
  heading: /^(={1,6}|#{1,6})[ \t]+(\S.*)$/,
  block: {
    open: /^(?:-{4,}|\.{4,}|\*{4,}|_{4,}|\+{4,}|={4,}|\|={3,}|`{3,}.{0,40})$/,
    close: (open) => (open.startsWith('`') ? '```' : open),
  },
});

export const org = markedHeadings({
  firsts: '*#',
  heading: /^(\*{1,8})[ \t]+(\S.*)$/,
  block: { open: /^#\+begin_\w+/i, close: (open) => open.replace(/begin/i, 'end') },
});

export const typst = markedHeadings({
  firsts: '=`',
  heading: /^(={1,6})[ \t]+(\S.*)$/,
  block: { open: /^`{3}.{0,40}$/, close: () => '```' },
});

export const wiki = markedHeadings({
  firsts: '=h',
  heading: /^(={1,6}(?!=)|h[1-6](?=\.[ \t]))\.?[ \t]*(\S.*)$/,
  levels: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
});

export const tex = markedHeadings({
  firsts: '\\',
  heading: /^\\(part|chapter|section|subsection|subsubsection|paragraph)\*?(?:\[[^\]]{0,200}\])?\{(.{0,300}?)\}/,
  levels: ['part', 'chapter', 'section', 'subsection', 'subsubsection', 'paragraph'],
});

/** Manual pages, by `man` and `mdoc` macros. */
export const manual = markedHeadings({ firsts: '.', heading: /^\.(SH|SS|Sh|Ss)[ \t]+"?([^"]{1,200})/, levels: ['sh', 'ss'] });
