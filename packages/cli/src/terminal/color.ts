export interface ColorRequest {
  /** `--no-color` was given. */
  readonly refused: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
}

/**
 * Whether one stream takes colour: the flag, then FORCE_COLOR (as Node, it beats NO_COLOR), then
 * NO_COLOR (no-color.org: any non-empty value), then TERM=dumb, then whether it is a terminal.
 */
export function wantsColor({ refused, env, isTTY }: ColorRequest): boolean {
  if (refused) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return isTTY && env['TERM'] !== 'dumb';
}
