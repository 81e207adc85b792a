import type { Link, Style } from '../terminal/index.ts';

/** What a renderer may know about where its text goes. */
export interface View {
  readonly style: Style;
  /** Times are shown as ages from here. */
  readonly now: Date;
  /** `--verbose`: full times, scores, ids. */
  readonly verbose: boolean;
  readonly columns: number;
  /** Makes a place of the result a link; absent where links are not possible, or the result names no places. */
  readonly link?: Link;
  /** `--context`: lines around the hit that were asked for. */
  readonly context?: number;
  /** `--brief`: one line, or nothing. */
  readonly brief?: boolean;
}
