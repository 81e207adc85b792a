import type { View } from './view.ts';

/** Label and value, one a line, values aligned; pairs without a value are left out. Values are printable already. */
export function renderFields(pairs: readonly (readonly [string, string | undefined])[], view: View): string {
  const shown = pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
  const width = Math.max(...shown.map(([label]) => label.length));
  return shown.map(([label, value]) => `  ${view.style('dim', label.padEnd(width))}  ${value}`).join('\n');
}
