import { styleText } from 'node:util';
import { fileLink } from './links.ts';
import { guardControls } from '@agent-brain/runtime/printable';

export type Format = Parameters<typeof styleText>[0];
/** Applies a format where the stream takes colour, else gives the text back. */
export type Style = (format: Format, text: string) => string;

/** Makes a text a link to a line of a file, where that is possible. */
export type Link = (file: string, line: number, text: string) => string;

/** What is needed of a stream; `process.stdout` has it, and so has a test. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

export interface OutputOptions {
  readonly color: boolean;
  /** The terminal makes links of OSC 8 sequences. */
  readonly links?: boolean;
  /** TERM=dumb: a terminal that cannot move its cursor. */
  readonly dumb?: boolean;
}

/** One of the two output streams. Whatever goes through `print` cannot steer the terminal. */
export class Output {
  readonly #sink: Sink;
  readonly color: boolean;
  readonly links: boolean;
  /** A line can be drawn again (progress bars). */
  readonly redrawable: boolean;
  /** The last {@link repaint}: its lines, and the size of the terminal that it was made for. */
  #painted = { lines: 0, columns: 0, rows: 0 };

  constructor(sink: Sink, options: OutputOptions) {
    this.#sink = sink;
    this.color = options.color;
    this.links = options.links === true;
    this.redrawable = sink.isTTY === true && options.dumb !== true;
  }

  get isTTY(): boolean {
    return this.#sink.isTTY === true;
  }

  /** Width in columns; 80 where there is no terminal, and for one that says 0 (a pseudo-terminal nobody has sized). */
  get columns(): number {
    const { columns = 0 } = this.#sink;
    return columns > 0 ? columns : 80;
  }

  /** Height in lines; without an end where nobody knows it. */
  get rows(): number {
    const { rows = 0 } = this.#sink;
    return rows > 0 ? rows : Number.POSITIVE_INFINITY;
  }

  /** @returns ends it */
  onResize(listener: () => void): () => void {
    this.#sink.on?.('resize', listener);
    return () => void this.#sink.off?.('resize', listener);
  }

  readonly style: Style = (format, text) => (this.color && text !== '' ? styleText(format, text, { validateStream: false }) : text);

  /**
   * Text that leads to a line of a file where it is clicked; the text alone where links are not known. The line stands
   * in the fragment, as kitty, iTerm2 and WezTerm read it.
   * @param file absolute
   * @param line 1-based
   */
  readonly link: Link = (file, line, text) => (this.links ? fileLink(file, line, text) : text);

  /** What {@link print} writes. */
  readonly printable = (text: string): string => {
    const safe = guardControls(text);
    return safe.endsWith('\n') ? safe : `${safe}\n`;
  };

  /** Prints whole lines; the last line feed may be missing. */
  print(text: string): void {
    this.#sink.write(this.printable(text));
  }

  /** Draws one line over itself; the caller made sure that it is printable and fits. */
  redraw(line: string): void {
    this.#sink.write(`\r\u001b[2K${guardControls(line)}`);
  }

  /**
   * Draws a text of some lines over the one that was drawn before. Lines that are too long are cut, and so are lines
   * beyond the height: what has scrolled out of the terminal cannot be drawn over. After a change of the size nobody
   * knows where the old lines went, so drawing begins at the top. Line by line: clearing all at once makes terminals
   * keep a copy of what was there in their history.
   */
  repaint(text: string): void {
    const { columns, rows } = this;
    const lines = guardControls(text)
      .split('\n')
      .slice(0, Math.max(1, rows - 1));
    const before = this.#painted;
    const isResized = before.lines > 0 && (before.columns !== columns || before.rows !== rows);
    const up = isResized ? '\u001b[H' : before.lines > 0 ? `\u001b[${before.lines}A` : '';
    const drawn = lines.map((line) => `\u001b[2K${line}\n`).join('');
    this.#sink.write(`${up}\r\u001b[?7l${drawn}\u001b[?7h\u001b[J`);
    this.#painted = { lines: lines.length, columns, rows };
  }

  /** Removes the drawn line. */
  erase(): void {
    this.#sink.write('\r\u001b[2K');
  }
}
