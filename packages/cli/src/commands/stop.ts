import fs from 'node:fs';
import type { ProjectLocation } from '@agent-brain/client/discovery';
import type { StopResult } from '@agent-brain/contract/commands';
import { stopDaemon, stopInstance } from '@agent-brain/client/start';
import { homePaths } from '@agent-brain/runtime/project';
import { findByStateDir, noteMode, readRegistry } from '@agent-brain/runtime/registry';
import { sharedStorage } from '@agent-brain/runtime/shared-storage';
import { type Call, type Command, daemonOf, locateWithConfig, modeOf, modeOption } from '../call/index.ts';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { seconds } from '../command-line/index.ts';
import { renderStop } from '../render/index.ts';

export const stop: Command<StopResult> = {
  spec: {
    description:
      'Stop the instance of this project and wait until it is gone; in shared mode, take the project from the user daemon, which goes on for the others. A running job ends; what it has committed answers, and the next `index` goes on from there.',
    options: [
      { flags: '--timeout <s>', description: 'How long to wait until it is gone (default 20)', parse: seconds('--timeout') },
      { flags: '--force', description: 'Kill it if it does not end by itself' },
      { flags: '--purge', description: 'In shared mode: remove the index of this project as well' },
      modeOption('shared: the user daemon itself, for all its projects (default: what serves this project)'),
    ],
    examples: [
      { line: 'stop', does: 'Stop and wait' },
      { line: 'stop --mode shared', does: 'Stop the user daemon; its projects are served again when it starts' },
      { line: 'stop --force --timeout 5', does: 'Give it five seconds, then kill it' },
    ],
  },

  async run(call) {
    const { options, signal, terminal } = call;
    const timeoutS = options['timeout'] as number | undefined;
    const timeoutMs = timeoutS === undefined ? undefined : timeoutS * 1000;
    const how = { signal, force: options['force'] === true, timeoutMs, onWait: (message: string) => terminal.note(message) };
    const purge = options['purge'] === true;
    if (modeOf(call) === 'shared') {
      if (purge)
        throw new AgentBrainError(
          'ARGUMENT_INVALID',
          '--purge is given with --mode shared — it is about one project, and the daemon has many',
        );
      return { data: { ...(await stopDaemon(daemonOf(call), how)), project_root: null } };
    }
    const location = await locateWithConfig(call, { lenient: true });
    const stopped = await stopInstance(location, { ...how, purge });
    return {
      data: stopped.method === 'unregister' ? stopped : { ...stopped, notes: [...stopped.notes, ...(await forget(location, call))] },
    };
  },

  render: renderStop,
};

/** A project that its daemon does not serve at the moment would be served again as soon as the daemon runs. */
async function forget({ root, paths, daemon }: ProjectLocation, { environment }: Call): Promise<string[]> {
  const home = homePaths(environment);
  const entry = findByStateDir((await readRegistry(home)).registry, paths.stateDir);
  if (entry?.mode !== 'shared') return [];
  await noteMode(home, paths.stateDir, 'project');
  const { directory } = sharedStorage(daemon.projectsDir, entry.project_id);
  const stays = fs.existsSync(directory) ? [`Its index stays in ${directory}.`] : [];
  return [`The user daemon does not run; it will not serve ${root} when it does.`, ...stays];
}
