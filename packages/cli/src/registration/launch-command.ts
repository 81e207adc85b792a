import path from 'node:path';

/** What a client runs to have the MCP server on its standard input and output. */
export interface LaunchCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export interface LaunchPlace {
  /** The file is committed: it names the program as everybody has it, on PATH. */
  readonly isCommitted: boolean;
  /** What the client puts the open folder in for. */
  readonly folderVariable?: string | undefined;
  /** Absolute path of the running program. */
  readonly program: string;
  /** Absolute path of Node.js. */
  readonly node: string;
}

/** A file of the user names Node.js and the program by absolute path: editors are started without the PATH of a shell. */
export function launchCommand({ isCommitted, folderVariable, program, node }: LaunchPlace): LaunchCommand {
  const folder = folderVariable === undefined ? [] : ['--project', folderVariable];
  return isCommitted ? { command: 'agent-brain', args: ['mcp', ...folder] } : { command: node, args: [program, 'mcp', ...folder] };
}

/** A program that `npx` has put into its cache is gone when the cache is cleaned. */
export const isPassing = (program: string): boolean => program.split(path.sep).includes('_npx');
