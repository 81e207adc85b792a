import { wantsColor } from './color.ts';
import { wantsLinks } from './links.ts';
import { Output, type Sink } from './output.ts';
import { printableLine } from '@agent-brain/runtime/printable';

export interface TerminalOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdinIsTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--no-color`. */
  readonly colorRefused?: boolean;
  /** `--quiet`: results and errors only. */
  readonly quiet?: boolean;
  /** `--json`: stdout is one document, stderr nothing but a problem. */
  readonly json?: boolean;
}

/** The two streams, and what may be done with them. stdout is for results, stderr for all else. */
export class Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Somebody can be asked: both ends of a dialogue are terminals. */
  readonly interactive: boolean;
  /** Notes and progress are wanted. */
  readonly talkative: boolean;

  constructor(options: TerminalOptions) {
    const output = (sink: Sink): Output =>
      new Output(sink, {
        color: wantsColor({ refused: options.colorRefused === true, env: options.env, isTTY: sink.isTTY === true }),
        links: wantsLinks({ env: options.env, isTTY: sink.isTTY === true }),
        dumb: options.env['TERM'] === 'dumb',
      });
    this.stdout = output(options.stdout);
    this.stderr = output(options.stderr);
    this.interactive = options.stdinIsTTY && this.stderr.isTTY && options.json !== true;
    this.talkative = options.quiet !== true && options.json !== true;
  }

  /** A line for the person who waits, on stderr; silent under `--quiet` and `--json`. */
  note(text: string): void {
    if (this.talkative) this.stderr.print(printableLine(text));
  }

  /** Something that the person should know although the command went well. */
  warn(text: string): void {
    if (this.talkative) this.stderr.print(`${this.stderr.style('yellow', 'warning:')} ${printableLine(text)}`);
  }
}
