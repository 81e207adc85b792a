import path from 'node:path';
import { type Environment, variable } from '@agent-brain/runtime/project';
import type { LaunchCommand } from './launch-command.ts';

/** Under which name clients know the server. */
const serverName = 'agent-brain';

/** Whose registration: of every project of the user, of everybody who works in the project, or of the user in this project alone. */
export type Scope = 'user' | 'project' | 'local';

/** What the place of a client's file depends on. */
export interface ClientPlace {
  readonly environment: Environment;
  /** Canonical root of the project, for the scopes of one. */
  readonly projectRoot: string;
  /** Which of these files is there; the first one where none is. */
  readonly existing: (candidates: readonly [string, ...string[]]) => string;
}

/** A program that can call MCP servers, and where it wants to be told of one. */
export interface AgentClient {
  readonly name: string;
  readonly title: string;
  /** The first is the default. */
  readonly scopes: readonly Scope[];
  readonly format: 'json' | 'toml';
  file(scope: Scope, place: ClientPlace): string;
  /** Keys from the top of the document down to our entry. */
  entryPath(scope: Scope, place: ClientPlace, document: unknown): readonly string[];
  entry(command: LaunchCommand): Readonly<Record<string, unknown>>;
  /** What the client puts the open folder in for; absent: it starts servers inside the project. */
  readonly folderVariable?: string;
  /** What the person does next. */
  readonly next: string;
}

const stdio = ({ command, args }: LaunchCommand) => ({ command, args: [...args] });
const inHome = ({ environment }: ClientPlace, ...names: string[]): string => path.join(environment.homedir, ...names);
const inProject = ({ projectRoot }: ClientPlace, ...names: string[]): string => path.join(projectRoot, ...names);

/** A directory of settings: what the variable names, else the XDG place, else `~/.config`. */
const configHome = (place: ClientPlace): string => variable(place.environment, 'XDG_CONFIG_HOME') ?? inHome(place, '.config');

const claude: AgentClient = {
  name: 'claude',
  title: 'Claude Code',
  scopes: ['project', 'user', 'local'],
  format: 'json',
  file(scope, place) {
    if (scope === 'project') return inProject(place, '.mcp.json');
    const directory = variable(place.environment, 'CLAUDE_CONFIG_DIR');
    return directory === undefined ? inHome(place, '.claude.json') : path.join(directory, '.claude.json');
  },
  entryPath: (scope, { projectRoot }) =>
    scope === 'local' ? ['projects', projectRoot, 'mcpServers', serverName] : ['mcpServers', serverName],
  entry: (command) => ({ type: 'stdio', ...stdio(command), env: {} }),
  next: 'Start Claude Code in the project; /mcp shows the server.',
};

const codex: AgentClient = {
  name: 'codex',
  title: 'Codex',
  scopes: ['user', 'project'],
  format: 'toml',
  file(scope, place) {
    if (scope === 'project') return inProject(place, '.codex', 'config.toml');
    return path.join(variable(place.environment, 'CODEX_HOME') ?? inHome(place, '.codex'), 'config.toml');
  },
  entryPath: () => ['mcp_servers', serverName],
  entry: stdio,
  next: 'Start Codex in the project; /mcp shows the server.',
};

const cursor: AgentClient = {
  name: 'cursor',
  title: 'Cursor',
  scopes: ['project', 'user'],
  format: 'json',
  file: (scope, place) => (scope === 'project' ? inProject(place, '.cursor', 'mcp.json') : inHome(place, '.cursor', 'mcp.json')),
  entryPath: () => ['mcpServers', serverName],
  entry: stdio,
  folderVariable: '${workspaceFolder}',
  next: 'Cursor shows the server under Settings, MCP.',
};

const vscode: AgentClient = {
  name: 'vscode',
  title: 'VS Code',
  scopes: ['project', 'user'],
  format: 'json',
  file: (scope, place) => (scope === 'project' ? inProject(place, '.vscode', 'mcp.json') : path.join(codeUserDirectory(place), 'mcp.json')),
  entryPath: () => ['servers', serverName],
  entry: (command) => ({ type: 'stdio', ...stdio(command) }),
  folderVariable: '${workspaceFolder}',
  next: 'Run "MCP: List Servers" in VS Code.',
};

function codeUserDirectory(place: ClientPlace): string {
  const { platform } = place.environment;
  if (platform === 'darwin') return inHome(place, 'Library', 'Application Support', 'Code', 'User');
  if (platform === 'win32') return path.join(variable(place.environment, 'APPDATA') ?? inHome(place, 'AppData', 'Roaming'), 'Code', 'User');
  return path.join(configHome(place), 'Code', 'User');
}

const opencode: AgentClient = {
  name: 'opencode',
  title: 'OpenCode',
  scopes: ['project', 'user'],
  format: 'json',
  file(scope, place) {
    const directory = scope === 'project' ? place.projectRoot : path.join(configHome(place), 'opencode');
    return place.existing([path.join(directory, 'opencode.json'), path.join(directory, 'opencode.jsonc')]);
  },
  // Version 2 keeps servers under mcp.servers and still reads the older mcp.<name>; what the file uses is kept.
  entryPath: (_scope, _place, document) => (hasServerMap(document) ? ['mcp', 'servers', serverName] : ['mcp', serverName]),
  entry: ({ command, args }) => ({ type: 'local', command: [command, ...args], enabled: true }),
  next: 'Start OpenCode in the project; `opencode mcp list` shows the server.',
};

/** A server that is called "servers" has a type; the map of version 2 has not. */
function hasServerMap(document: unknown): boolean {
  const { mcp } = (document ?? {}) as { mcp?: { servers?: { type?: unknown } } };
  return typeof mcp?.servers === 'object' && mcp.servers !== null && typeof mcp.servers.type !== 'string';
}

const gemini: AgentClient = {
  name: 'gemini',
  title: 'Gemini CLI',
  scopes: ['project', 'user'],
  format: 'json',
  file: (scope, place) => (scope === 'project' ? inProject(place, '.gemini', 'settings.json') : inHome(place, '.gemini', 'settings.json')),
  entryPath: () => ['mcpServers', serverName],
  entry: stdio,
  next: 'Start Gemini CLI in the project; /mcp shows the server.',
};

const zed: AgentClient = {
  name: 'zed',
  title: 'Zed',
  scopes: ['user'],
  format: 'json',
  file: (_scope, place) =>
    place.environment.platform === 'win32'
      ? path.join(variable(place.environment, 'APPDATA') ?? inHome(place, 'AppData', 'Roaming'), 'Zed', 'settings.json')
      : path.join(place.environment.platform === 'darwin' ? inHome(place, '.config') : configHome(place), 'zed', 'settings.json'),
  entryPath: () => ['context_servers', serverName],
  entry: (command) => ({ source: 'custom', ...stdio(command), env: {} }),
  next: 'Zed shows the server in the settings of its agent panel.',
};

export const agentClients: readonly AgentClient[] = [claude, codex, cursor, vscode, opencode, gemini, zed];
