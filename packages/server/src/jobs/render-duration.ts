const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `7200` → "2 hours", `5400` → "1 hour 30 minutes", `0.5` → "0.5 seconds". At most the two largest units. */
export function renderDuration(seconds: number): string {
  if (seconds < 60) return withUnit(Math.round(seconds * 10) / 10, 'second');
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(withUnit(count, unit));
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

const withUnit = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;
