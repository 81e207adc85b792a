import type { Interval } from '../metric/bootstrap.ts';

export type Cell = string | number;

/** A Markdown table; numbers stand right, with four digits unless whole. */
export function markdownTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = head.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || /^[+-]?[\d.]/.test(String(row[column]))),
  );
  const line = (cells: readonly Cell[]) => `| ${cells.map(cellText).join(' | ')} |`;
  return [line(head), `|${isNumeric.map((numeric) => (numeric ? '---:' : '---')).join('|')}|`, ...rows.map(line)].join('\n');
}

const cellText = (cell: Cell): string => (typeof cell === 'string' ? cell : Number.isInteger(cell) ? String(cell) : cell.toFixed(4));

export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

export const intervalText = ([low, high]: Interval): string => `${low.toFixed(3)}–${high.toFixed(3)}`;

export const signedInterval = ([low, high]: Interval): string => `${signed(low)} … ${signed(high)}`;
