import { formatCount, formatDuration } from './measures.ts';
import type { Output } from './output.ts';
import { printableLine } from '@agent-brain/runtime/printable';

/** One look at a long piece of work. */
export interface ProgressState {
  /** What is being done, in a word or two. */
  readonly phase: string;
  readonly done: number;
  /** 0 while nobody knows. */
  readonly total: number;
  /** What `done` counts, in the plural. */
  readonly unit: string;
  /** Seconds to the end, where the worker knows. */
  readonly etaS?: number | undefined;
  readonly detail?: string | undefined;
}

export interface ProgressOptions {
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** Silent (`--quiet`, `--json`). */
  readonly silent: boolean;
}

const redrawMs = 100;
const lineMs = 10_000;
const barColumns = 24;

/**
 * Progress on stderr. On a terminal one line that is drawn again, at most ten times a second; where
 * lines cannot be drawn again, a line per phase and then one every ten seconds.
 */
export class Progress {
  readonly #output: Output;
  readonly #options: ProgressOptions;
  #phase: string | undefined;
  #phaseStartedAt = 0;
  #doneAtPhaseStart = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #drawn = false;

  constructor(output: Output, options: ProgressOptions) {
    this.#output = output;
    this.#options = options;
  }

  update(state: ProgressState): void {
    if (this.#options.silent) return;
    const now = this.#options.now();
    const newPhase = state.phase !== this.#phase;
    if (newPhase) {
      this.#phase = state.phase;
      this.#phaseStartedAt = now;
      this.#doneAtPhaseStart = state.done;
    }
    if (!newPhase && now - this.#shownAt < (this.#output.redrawable ? redrawMs : lineMs)) return;
    this.#shownAt = now;
    const rate = ratePerS(state.done - this.#doneAtPhaseStart, now - this.#phaseStartedAt);
    if (this.#output.redrawable) {
      this.#drawn = true;
      this.#output.redraw(fit(this.#bar(state, rate), this.#output));
    } else {
      this.#output.print(`${state.phase}${state.total > 0 ? `: ${amounts(state, rate)}` : ''}`);
    }
  }

  /** Clears the line; what comes next is printed by the caller. Safe to call twice. */
  end(): void {
    if (this.#drawn) this.#output.erase();
    this.#drawn = false;
  }

  #bar(state: ProgressState, rate: number): string {
    const detail = state.detail === undefined ? '' : printableLine(state.detail);
    // A bar that cannot move is worse than none.
    if (state.total === 0)
      return [state.phase, state.done > 0 ? amounts(state, rate) : '', detail].filter((part) => part !== '').join('  ');
    const share = Math.min(1, state.done / state.total);
    const full = Math.round(share * barColumns);
    const bar = `${'█'.repeat(full)}${'░'.repeat(barColumns - full)}`;
    const percent = String(Math.floor(share * 100)).padStart(3);
    return `${state.phase.padEnd(9)} ${bar} ${percent} %  ${amounts(state, rate)}  ${detail}`.trimEnd();
  }
}

function amounts(state: ProgressState, rate: number): string {
  const parts = [`${formatCount(state.done)}${state.total > 0 ? `/${formatCount(state.total)}` : ''} ${state.unit}`];
  if (rate > 0) parts.push(`${formatCount(rate)}/s`);
  const etaS = state.etaS ?? (rate > 0 && state.total > state.done ? (state.total - state.done) / rate : undefined);
  if (etaS !== undefined && etaS >= 1) parts.push(`ETA ${formatDuration(Math.round(etaS) * 1000)}`);
  return parts.join('  ');
}

const ratePerS = (done: number, elapsedMs: number): number => (elapsedMs < 200 ? 0 : (done * 1000) / elapsedMs);

/** A drawn line that wraps could not be drawn over. */
function fit(line: string, output: Output): string {
  const room = Math.max(10, output.columns - 1);
  let used = 0;
  let kept = '';
  for (const character of line) {
    used += columnsOf(character);
    if (used > room) return `${kept.slice(0, -1)}…`;
    kept += character;
  }
  return kept;
}

/** East Asian scripts and emoji take two columns (roughly UAX #11; too much is harmless, too little wraps). */
function columnsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  return (point >= 0x1100 && point <= 0x115f) || point >= 0x2e80 ? 2 : 1;
}
