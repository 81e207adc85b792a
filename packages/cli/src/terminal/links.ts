import { pathToFileURL } from 'node:url';

/**
 * A link in the terminal (OSC 8, https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). The address holds
 * nothing but printable ASCII: whatever a file is called, it cannot end the sequence.
 */
export function fileLink(file: string, line: number, text: string): string {
  const url = pathToFileURL(file);
  url.hash = String(line);
  return `\u001b]8;;${url.href}\u001b\\${text}\u001b]8;;\u001b\\`;
}

export interface LinkRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
}

const knownPrograms = new Set(['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'zed', 'WarpTerminal', 'rio']);
const knownTerminals = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|contour|wezterm)/;

/**
 * Whether the terminal makes links of them. One that does not may print them as rubbish, and none can be asked: known
 * ones say their name. A multiplexer (screen, tmux) hides who is behind it, and gets none.
 */
export function wantsLinks({ env, isTTY }: LinkRequest): boolean {
  const forced = env['FORCE_HYPERLINK'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  const { TERM = '', TERM_PROGRAM = '', VTE_VERSION = '' } = env;
  if (!isTTY || TERM === 'dumb' || /^(?:screen|tmux)/.test(TERM)) return false;
  if (knownPrograms.has(TERM_PROGRAM) || knownTerminals.test(TERM)) return true;
  // 0.50.0 crashed on links; Konsole and Windows Terminal have had them since they set these variables.
  return Number(VTE_VERSION) > 5000 || env['WT_SESSION'] !== undefined || env['KONSOLE_VERSION'] !== undefined;
}
