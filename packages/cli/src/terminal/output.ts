import { styleText } from 'node:util';
import { guardControls } from './printable.ts';

export type Format = Parameters<typeof styleText>[0];
/** Applies a format where the stream takes colour, else gives the text back. */
export type Style = (format: Format, text: string) => string;

/** What is needed of a stream; `process.stdout` has it, and so has a test. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface OutputOptions {
  readonly color: boolean;
  /** TERM=dumb: a terminal that cannot move its cursor. */
  readonly dumb?: boolean;
}

/** One of the two output streams. Whatever goes through `print` cannot steer the terminal. */
export class Output {
  readonly #sink: Sink;
  readonly color: boolean;
  /** A line can be drawn again (progress bars). */
  readonly redrawable: boolean;
  /** Lines of the last {@link repaint}. */
  #painted = 0;

  constructor(sink: Sink, options: OutputOptions) {
    this.#sink = sink;
    this.color = options.color;
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

  readonly style: Style = (format, text) => (this.color && text !== '' ? styleText(format, text, { validateStream: false }) : text);

  /** Prints whole lines; the last line feed may be missing. */
  print(text: string): void {
    const safe = guardControls(text);
    this.#sink.write(safe.endsWith('\n') ? safe : `${safe}\n`);
  }

  /** Draws one line over itself; the caller made sure that it is printable and fits. */
  redraw(line: string): void {
    this.#sink.write(`\r\u001b[2K${guardControls(line)}`);
  }

  /** Draws a text of some lines over the one that was drawn before; lines that do not fit are cut. */
  repaint(text: string): void {
    const lines = guardControls(text).split('\n');
    const up = this.#painted > 0 ? `\u001b[${this.#painted}A` : '';
    this.#sink.write(`${up}\r\u001b[J\u001b[?7l${lines.join('\n')}\n\u001b[?7h`);
    this.#painted = lines.length;
  }

  /** Removes the drawn line. */
  erase(): void {
    this.#sink.write('\r\u001b[2K');
  }
}
