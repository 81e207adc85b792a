import type { Style } from '../terminal/index.ts';

/** What a renderer may know about where its text goes. */
export interface View {
  readonly style: Style;
  /** Times are shown as ages from here. */
  readonly now: Date;
  /** `--verbose`: full times, scores, ids. */
  readonly verbose: boolean;
  readonly columns: number;
}
