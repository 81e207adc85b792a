import type { ChildProcess } from 'node:child_process';
import type { ProjectLocation } from '@agent-brain/client/discovery';
import { startInstance } from '@agent-brain/client/start';
import type { StartResult } from '@agent-brain/contract/commands';
import { AgentBrainError } from '@agent-brain/contract/errors';
import {
  type Call,
  type Command,
  daemonOf,
  locateConfigured,
  locateProjectIfAny,
  modeOf,
  modeOption,
  startOptions,
  tellEarlierState,
} from '../call/index.ts';
import { integer, seconds } from '../command-line/index.ts';
import { startDaemonAlone } from './start-daemon-alone.ts';
import { renderLogRecord, renderStart } from '../render/index.ts';

export const start: Command<StartResult> = {
  spec: {
    description:
      'Start what serves this project: an instance of its own, or, in shared mode, the user daemon, with which the project is registered. Run again, it shows what runs.',
    options: [
      {
        flags: '--port <n>',
        description: 'Port to listen on (default: the configured one, 0 for any free)',
        parse: integer('--port', 0, 65_535),
      },
      { flags: '--foreground', description: 'Stay attached: log to this terminal, end with Ctrl-C' },
      { flags: '--timeout <s>', description: 'How long to wait until it is ready (default 30)', parse: seconds('--timeout') },
      modeOption(
        'project: an instance of its own; shared: by the user daemon, which serves many projects (default: as it is served, else as configured)',
      ),
    ],
    examples: [
      { line: 'start', does: 'Start in the background' },
      { line: 'start --foreground', does: 'Watch it work' },
      { line: 'start --mode shared', does: 'By the user daemon; outside a project, the daemon alone' },
      { line: 'start --json | jq -r .data.instance.url', does: 'Its URL, for a script' },
    ],
  },

  async run(call) {
    const options = startOptions(call);
    const isShared = modeOf(call) === 'shared';
    if (isShared && options.port !== undefined)
      throw new AgentBrainError(
        'ARGUMENT_INVALID',
        '--port is given with --mode shared — the user daemon takes the first free port of its range',
        {
          hint: `Set \`port\` in ${daemonOf(call).configFile}.`,
        },
      );
    const { location, notes } = isShared ? await locateForDaemon(call) : await locateConfigured(call);
    const foreground = call.options['foreground'] === true;
    if (location !== undefined) await tellEarlierState(location, call);
    const since = call.now();
    const { result, server } =
      location === undefined
        ? await startDaemonAlone(call, { foreground, isOutside: true })
        : await startInstance(location, { ...options, foreground });
    const data = { ...result, warnings: [...result.warnings, ...notes, ...unusedPort(options.port, result)] };
    return foreground ? { data, after: () => attend(server?.child, { file: result.log_file, since }, call) } : { data };
  },

  render: renderStart,
};

/** Outside a project, the daemon alone is started. */
async function locateForDaemon(call: Call): Promise<{ location: ProjectLocation | undefined; notes: readonly string[] }> {
  const location = await locateProjectIfAny(call);
  return location === undefined ? { location, notes: [] } : await locateConfigured(call, { lenient: true });
}

/** A port is for a start; what runs keeps its own. */
function unusedPort(port: number | undefined, { started, instance }: StartResult): string[] {
  const own = Number(new URL(instance.url).port);
  if (started || port === undefined || port === own) return [];
  return [`--port ${port} has no effect: the instance runs already, on port ${own}. Move it with \`agent-brain restart --port ${port}\`.`];
}

/** Shows the log of a server in the foreground until it ends. A signal asks it to stop; a second one leaves it to itself. */
async function attend(
  child: ChildProcess | undefined,
  { file, since }: { file: string; since: Date },
  { terminal, globals, signal }: Call,
): Promise<number> {
  if (child === undefined) return 0;
  const ended = new AbortController();
  const code = new Promise<number>((resolve) => {
    const end = (exitCode: number | null): void => {
      ended.abort();
      resolve(exitCode ?? 1);
    };
    if (child.exitCode !== null || child.signalCode !== null) end(child.exitCode);
    else child.once('exit', end);
  });
  const stop = (): void => {
    terminal.note('Stopping …');
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  // The logger behind this door takes time to load; a start in the background never needs it.
  const { followLog } = await import('@agent-brain/runtime/log');
  for await (const { record, text } of followLog(file, { since, signal: ended.signal })) {
    if (terminal.talkative) terminal.stderr.print(renderLogRecord(record ?? { text }, terminal.stderr.style, globals.verbose));
  }
  return await code;
}
