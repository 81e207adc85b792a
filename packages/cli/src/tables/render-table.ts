import Table from 'cli-table3';
import type { View } from '../render/index.ts';

const none = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows in aligned columns without lines around them, so that awk can read them. Cells are printable already. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[], view: View): string {
  const table = new Table({ chars: none, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true } });
  table.push(
    head.map((title) => view.style('bold', title)),
    ...rows.map((row) => [...row]),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
