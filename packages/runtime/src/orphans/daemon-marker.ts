import path from 'node:path';

/** How the program of a daemon is called, in every version: the script, or its own executable. */
const programPattern = /^agent-brain(?:\.[cm]?js|\.cmd|\.exe)?$/;
const runnerPattern = /^(?:node|nodejs|agent-brain)(?:[\d.]*|\.[cm]?js|\.exe)$/;

/**
 * The home whose daemon a process says it is, by its arguments: `node …/agent-brain.js serve --shared --home <abs>`.
 * `undefined` for every other process, also for one that merely names such a command: a shell, `grep`, `strace`, an editor.
 *
 * @param argv as the process table gives them: one by one, or as one line (macOS)
 */
export function daemonHomeOf(argv: readonly string[]): string | undefined {
  return argv.length === 1 ? homeInLine(argv[0] as string) : homeInArguments(argv);
}

function homeInArguments(argv: readonly string[]): string | undefined {
  const serve = argv.indexOf('serve');
  if (serve < 1 || !isRunner(argv[0]) || !programPattern.test(path.basename(argv[serve - 1] as string))) return undefined;
  const rest = argv.slice(serve + 1);
  const flag = rest.indexOf('--home');
  const home = flag === -1 ? rest.find((word) => word.startsWith('--home='))?.slice('--home='.length) : rest[flag + 1];
  return rest.includes('--shared') && home !== undefined && path.isAbsolute(home) ? home : undefined;
}

/** Spaces that part arguments look like spaces in them; only the program's end and the flags can be told. */
function homeInLine(line: string): string | undefined {
  const match = /^(.*?agent-brain(?:\.[cm]?js)?) serve --shared --home[ =](\/.*?)(?: --[a-z].*)?$/s.exec(line);
  if (match === null) return undefined;
  const [, program, home] = match as unknown as [string, string, string];
  return isRunner(program.split(' ')[0]) ? home : undefined;
}

const isRunner = (program: string | undefined): boolean => runnerPattern.test(path.basename(program ?? ''));
