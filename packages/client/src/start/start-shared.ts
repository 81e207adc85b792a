import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, isAgentBrainError } from '@agent-brain/contract/errors';
import type { ServedProject } from '@agent-brain/contract/projects';
import { isSystemDirectory, prepareStateDir } from '@agent-brain/runtime/project';
import { type Daemon, type Instance, logFileOf, type ProjectLocation } from '../discovery/index.ts';
import { type BroughtUp, lookTime } from './bring-up.ts';
import { otherModeNotes } from './other-mode.ts';
import { startDaemon } from './start-daemon.ts';
import type { Started, StartOptions, Times } from './start-options.ts';
import { newerWarning } from './versions.ts';

/** The daemon that was found may end before it has taken the project. */
const lossCodes: readonly ErrorCode[] = ['INSTANCE_NOT_RUNNING', 'INSTANCE_NO_ANSWER', 'SHUTTING_DOWN', 'TOKEN_INVALID'];
const PAUSE_MS = 50;

/**
 * Has the user daemon serve a project; the daemon is started when none runs.
 * @throws what `startDaemon` and `prepareStateDir` throw; INSTANCE_ALREADY_RUNNING: an instance of its own serves it
 */
export async function startShared(
  location: ProjectLocation,
  options: StartOptions,
  times: Times,
  { wasServed, notes }: { readonly wasServed: boolean; readonly notes: readonly string[] },
): Promise<Started> {
  // What a clone has brought along is set aside by who can say so to a person.
  const prepared = await prepareStateDir(location.paths, options.environment, { timeoutMs: lookTime(times.deadline) });
  const { daemon, project } = await registerUntilServed(prepared.paths.root, location, options, times);
  return shared(daemon.running.serving(project), {
    location: { ...location, paths: prepared.paths },
    times,
    daemon,
    registered: !wasServed,
    warnings: [
      ...location.warnings,
      ...prepared.warnings,
      ...notes,
      ...(wasServed ? [] : otherModeNotes('shared', location, project.project_id)),
    ],
  });
}

async function registerUntilServed(
  root: string,
  { daemon: paths }: ProjectLocation,
  options: StartOptions,
  { deadline }: Times,
): Promise<{ daemon: BroughtUp<Daemon>; project: ServedProject }> {
  const { environment, program, signal, onWait, foreground } = options;
  // Who located the project has named it.
  const named = (await isSystemDirectory(root, environment)) ? { allow_system_directory: true } : {};
  let server: BroughtUp<Daemon>['server'];
  for (let hasStarted = false; ; ) {
    const daemon = await startDaemon(paths, { environment, program, signal, onWait, foreground, deadline });
    hasStarted ||= daemon.started;
    server = daemon.server ?? server;
    try {
      const timeoutMs = Math.max(1, deadline - performance.now());
      const project = await daemon.running.connect().call('projectAdd', { body: { project_root: root, ...named } }, { signal, timeoutMs });
      return { daemon: { ...daemon, started: hasStarted, server }, project };
    } catch (error) {
      signal?.throwIfAborted();
      if (!isAgentBrainError(error) || !lossCodes.includes(error.code) || performance.now() + PAUSE_MS > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** The project is served by the daemon already. */
export function keepShared(instance: Instance, location: ProjectLocation, times: Times): Started {
  instance.requireCompatible();
  return shared(instance, {
    location,
    times,
    daemon: undefined,
    registered: false,
    warnings: [...location.warnings, ...newerWarning(instance, 'The user daemon')],
  });
}

interface SharedStart {
  readonly location: ProjectLocation;
  readonly times: Times;
  readonly daemon: BroughtUp<Daemon> | undefined;
  readonly registered: boolean;
  readonly warnings: readonly string[];
}

const shared = (instance: Instance, { location, times, daemon, registered, warnings }: SharedStart): Started => ({
  instance,
  server: daemon?.server,
  result: {
    started: daemon?.started === true,
    registered,
    replaced_version: daemon?.replaced ?? null,
    project_root: location.root,
    state_dir: location.paths.stateDir,
    log_file: logFileOf(location, instance),
    instance: instance.view(),
    warnings: [...warnings, ...(daemon?.warnings ?? [])],
    duration_ms: Math.round(performance.now() - times.startedAt),
  },
});
