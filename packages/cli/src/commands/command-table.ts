import type { Command } from '../call/index.ts';
import type { CommandEntry } from '../command-line/index.ts';

type Entry = CommandEntry<Command>;

/** Every command by its name. The order is that of the root help. */
export const commandTable: readonly Entry[] = [
  {
    name: 'init',
    group: 'Set up',
    summary: 'Make the project ready: state directory and config.json',
    load: async () => (await import('./init.ts')).init,
  },
  { name: 'config', group: 'Set up', summary: 'Show and change the configuration', load: async () => (await import('./config.ts')).config },
  {
    name: 'mcp',
    group: 'Set up',
    summary: 'Serve coding agents, and register with Claude Code, Codex, Cursor and others',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  { name: 'start', group: 'Run', summary: 'Start the instance of this project', load: async () => (await import('./start.ts')).start },
  { name: 'stop', group: 'Run', summary: 'Stop the instance of this project', load: async () => (await import('./stop.ts')).stop },
  { name: 'restart', group: 'Run', summary: 'Stop the instance, then start it', load: async () => (await import('./restart.ts')).restart },
  {
    name: 'status',
    group: 'Run',
    summary: 'Show the instance and what is indexed',
    load: async () => (await import('./status.ts')).status,
  },
  { name: 'list', group: 'Run', summary: 'Show the instances of all projects', load: async () => (await import('./list.ts')).list },
  {
    name: 'daemon',
    group: 'Run',
    summary: 'Start the user daemon at login, or no longer',
    load: async () => (await import('./daemon.ts')).daemon,
  },
  { name: 'logs', group: 'Run', summary: 'Show the log of the instance', load: async () => (await import('./logs.ts')).logs },
  {
    name: 'index',
    group: 'Search',
    summary: 'Index the project, or a folder',
    load: async () => (await import('./index-folder.ts')).indexFolder,
  },
  { name: 'jobs', group: 'Search', summary: 'Show, watch and cancel indexing jobs', load: async () => (await import('./jobs.ts')).jobs },
  { name: 'query', group: 'Search', summary: 'Search code and documents', load: async () => (await import('./query.ts')).query },
  {
    name: 'doctor',
    group: 'Maintain',
    summary: 'Look for what is wrong, and say how to put it right',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'gc',
    group: 'Maintain',
    summary: 'Remove what projects that are gone have left',
    load: async () => (await import('./gc.ts')).gc,
  },
  {
    name: 'uninstall',
    group: 'Maintain',
    summary: 'Remove everything that was written outside repositories',
    load: async () => (await import('./uninstall.ts')).uninstall,
  },
  {
    name: 'help',
    group: 'Learn more',
    summary: 'Show the help of a command or a topic',
    load: async () => (await import('./help.ts')).help,
  },
  { name: 'version', group: 'Learn more', summary: 'Show versions', load: async () => (await import('./version.ts')).version },
  {
    name: 'completion',
    group: 'Learn more',
    summary: 'Print the completion script of a shell',
    load: async () => (await import('./completion.ts')).completion,
  },
  {
    name: 'complete',
    group: 'Learn more',
    summary: 'Print what may stand in place of the last word',
    hidden: true,
    load: async () => (await import('./complete.ts')).complete,
  },
  {
    name: 'first-run',
    group: 'Search',
    summary: 'Index this project and ask it a first question',
    hidden: true,
    load: async () => (await import('./first-run.ts')).firstRun,
  },
];
