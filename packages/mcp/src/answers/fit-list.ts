/**
 * As many of the first items as fit into so many characters of JSON.
 * @param frameChars what the answer takes without them
 */
export function fitList<Item>(items: readonly Item[], maxChars: number, frameChars: number): Item[] {
  let left = maxChars - frameChars;
  const fitting: Item[] = [];
  for (const item of items) {
    left -= JSON.stringify(item).length + 1;
    if (left < 0) break;
    fitting.push(item);
  }
  return fitting;
}
