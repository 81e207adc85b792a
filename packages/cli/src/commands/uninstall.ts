import fs from 'node:fs';
import path from 'node:path';
import {
  type DaemonState,
  findDaemon,
  findInstance,
  type InstanceState,
  locateEntry,
  type ProjectLocation,
} from '@agent-brain/client/discovery';
import { stopDaemon, stopInstance, type StopOptions } from '@agent-brain/client/start';
import type { Removal, UninstallResult } from '@agent-brain/contract/commands';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import { loadConfig } from '@agent-brain/runtime/config';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { isSuspended } from '@agent-brain/runtime/process';
import { type HomePaths, homePaths } from '@agent-brain/runtime/project';
import { readRegistry } from '@agent-brain/runtime/registry';
import { type Call, type Command, daemonOf, declined } from '../call/index.ts';
import { resetOrphans } from '../doctor/index.ts';
import { disableService, planService, readServiceState, type ServicePlan, tellManager } from '../login-service/index.ts';
import { isOursInHome, isOursInStateDir, ownedIn, removeAll, removeIfEmpty, sizeOf } from '../removal/index.ts';
import { applyRegistration, findRegistrations, type RegistrationPlan } from '../registration/index.ts';
import { renderRemoval, renderRemovals, renderStopped } from '../render/index.ts';
import { confirm } from '../terminal/index.ts';

interface Plan {
  readonly removed: Removal[];
  readonly kept: Removal[];
  /** Directories that go when nothing is left in them. */
  readonly directories: string[];
}

export const uninstall: Command<UninstallResult> = {
  spec: {
    description: 'Stop all instances of this user and remove everything that was written outside repositories. Shows a list first.',
    options: [
      { flags: '--purge', description: 'Also your configuration, and the state (index, logs) inside the projects' },
      { flags: '-n, --dry-run', description: 'Show the list and remove nothing' },
      { flags: '-y, --yes', description: 'Do not ask' },
    ],
    examples: [
      { line: 'uninstall --dry-run', does: 'See the list' },
      { line: 'uninstall --purge', does: 'Leave nothing behind but committed files' },
    ],
    notes: ['The program itself is removed by what installed it: npm uninstall --global agent-brain'],
  },

  async run(call) {
    const home = homePaths(call.environment);
    const { registry } = await readRegistry(home);
    const locations = await locateAll(registry.entries, call);
    const plan = makePlan(home, locations, await externalDirectories(call), call.options['purge'] === true);
    const existing = (files: readonly [string, ...string[]]) => files.find((file) => fs.existsSync(file)) ?? files[0];
    const registrations = await findRegistrations(call.environment, existing, (message) => call.terminal.warn(message));
    const service = await findService(call);
    const removed = [...plan.removed, ...service.map(serviceRemoval), ...registrations.map(removalOf)];
    const { kept } = plan;
    const [running, daemon] = await Promise.all([
      findRunning(locations, call),
      findDaemon(daemonOf(call), { signal: call.signal, timeoutMs: LOOK_MS }),
    ]);
    const stopped = [
      ...(daemon.state === 'stopped' ? [] : [{ project_root: null, pid: pidOf(daemon) }]),
      ...running.map(({ location, found }) => ({ project_root: location.root, pid: pidOf(found) })),
    ];
    if (call.options['dryRun'] === true || removed.length === 0) return { data: { dry_run: true, stopped, removed, kept } };
    if (!(await mayRemove({ ...plan, removed, stopped }, call))) return declined(call);
    // Before the daemon stops, so that nothing starts it again.
    for (const planned of service) if (await disableService(planned)) await tellManager(planned);
    await stopAll({ locations, running, daemon }, call);
    const { environment } = call;
    for (const registration of registrations)
      await applyRegistration(registration, { backupDirectory: undefined, uid: environment.uid, now: call.now() });
    await removeAll(plan.removed);
    for (const directory of plan.directories) removeIfEmpty(directory);
    return { data: { dry_run: false, stopped, removed, kept } };
  },

  render: (result, view) => [...renderStopped(result, view), renderRemoval(result, view)].join('\n'),
};

const serviceRemoval = ({ file }: ServicePlan): Removal => ({ path: file, what: 'start of the user daemon at login', bytes: sizeOf(file) });

/** What starts the daemon at login, if something does; what somebody else wrote under its name stays. */
async function findService({ environment, program, terminal }: Call): Promise<ServicePlan[]> {
  try {
    const plan = planService({ environment, program, node: process.execPath });
    const state = await readServiceState(plan);
    return state === 'enabled' || state === 'outdated' ? [plan] : [];
  } catch (error) {
    if (!isAgentBrainError(error)) throw error;
    if (error.code !== 'LOGIN_SERVICE_UNAVAILABLE') terminal.warn(error.message);
    return [];
  }
}

const removalOf = ({ client, file }: RegistrationPlan): Removal => ({ path: file, what: `registration with ${client.title}`, bytes: null });

/** A state dir that has become a link, or somebody else's, is not ours to empty. */
async function locateAll(entries: readonly RegistryEntry[], { environment, terminal }: Call): Promise<ProjectLocation[]> {
  const located = entries.map((entry) =>
    locateEntry(entry, environment).catch((error: unknown) => {
      if (!isAgentBrainError(error)) throw error;
      terminal.warn(error.message);
      return undefined;
    }),
  );
  return (await Promise.all(located)).filter((location) => location !== undefined);
}

/** Folders of projects where the user's configuration puts data and logs. A configuration that cannot be read names none. */
async function externalDirectories({ environment }: Call): Promise<string[]> {
  const config = await loadConfig({ home: homePaths(environment), env: environment.env }).catch(() => undefined);
  return [config?.values.data_dir ?? '', config?.values.log_dir ?? ''].filter((directory) => path.isAbsolute(directory));
}

function makePlan(home: HomePaths, locations: readonly ProjectLocation[], external: readonly string[], purge: boolean): Plan {
  const removed = ownedIn(home.home, 'home', isOursInHome);
  const kept: Removal[] = [];
  const ids = new Set(locations.map(({ paths }) => paths.projectId));
  for (const directory of external) removed.push(...ownedIn(directory, 'data of a project', (name) => ids.has(name)));

  for (const file of [home.configFile, daemonPaths(home.home).configFile]) {
    const what = file === home.configFile ? 'your configuration' : 'your configuration of the user daemon';
    if (fs.existsSync(file)) (purge ? removed : kept).push({ path: file, what, bytes: sizeOf(file) });
  }
  for (const { root, paths } of locations) {
    const owned = ownedIn(paths.stateDir, `state of ${path.basename(root)}`, isOursInStateDir);
    if (purge) removed.push(...owned);
    else if (owned.length > 0)
      kept.push({
        path: paths.stateDir,
        what: `state of ${path.basename(root)}`,
        bytes: owned.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
      });
  }
  return { removed, kept, directories: [home.home, ...(purge ? locations.map(({ paths }) => paths.stateDir) : [])] };
}

async function mayRemove(
  { removed, kept, stopped }: Plan & Pick<UninstallResult, 'stopped'>,
  { terminal, options, now, globals }: Call,
): Promise<boolean> {
  const view = { style: terminal.stderr.style, now: now(), verbose: globals.verbose, columns: terminal.stderr.columns };
  if (terminal.interactive && options['yes'] !== true) {
    for (const line of renderStopped({ dry_run: true, stopped }, view)) terminal.stderr.print(line);
    terminal.stderr.print(`This will be removed:\n${renderRemovals(removed, view)}`);
    if (kept.length > 0) terminal.stderr.print(`This stays:\n${renderRemovals(kept, view)}`);
  }
  return await confirm(terminal, 'Stop all instances and remove this?', options['yes'] === true);
}

interface FoundInstance {
  readonly location: ProjectLocation;
  readonly found: InstanceState;
}

const pidOf = (found: InstanceState | DaemonState): number | null =>
  found.state === 'running' ? found.instance.pid : found.state === 'unresponsive' ? found.pid : null;

/** Instances that run, or hold their lock without an answer; an instance nobody can say anything about is left to the stop. */
async function findRunning(locations: readonly ProjectLocation[], { signal, terminal }: Call): Promise<FoundInstance[]> {
  const all = await Promise.all(
    locations.map(async (location) => {
      try {
        const found = await findInstance(location, { signal, readOnly: true, timeoutMs: LOOK_MS });
        return isOfItsOwn(found) ? { location, found } : undefined;
      } catch (error) {
        if (!isAgentBrainError(error)) throw error;
        terminal.warn(error.message);
        return undefined;
      }
    }),
  );
  return all.filter((one) => one !== undefined);
}

/** The projects of the user daemon end with it; they are no instances of their own. */
const isOfItsOwn = (found: InstanceState): boolean =>
  found.state === 'running' ? found.instance.mode === 'project' : found.state !== 'stopped' && !('isDaemon' in found);

/** Enough for a list of what will be stopped; whoever is silent for longer is on it all the same. */
const LOOK_MS = 2_000;
/** A suspended process cannot end in order, however long one waits. */
const SUSPENDED_MS = 2_000;

interface ToStop {
  readonly locations: readonly ProjectLocation[];
  readonly running: readonly FoundInstance[];
  readonly daemon: DaemonState;
}

/**
 * All are stopped before anything goes: an instance that stays would write into what was removed. They end beside each other,
 * so that one that is slow or frozen holds up no other.
 */
async function stopAll({ locations, running, daemon }: ToStop, call: Call): Promise<void> {
  const { signal, terminal } = call;
  const optionsFor = async (found: InstanceState | DaemonState): Promise<StopOptions> => {
    const pid = pidOf(found);
    const isFrozen = found.state === 'unresponsive' && pid !== null && (await isSuspended(pid));
    return { signal, onWait: (message) => terminal.note(message), ...(isFrozen ? { timeoutMs: SUSPENDED_MS } : {}) };
  };
  const stopFound = async ({ location, found }: FoundInstance): Promise<void> => {
    terminal.note(`Stopping the instance of ${location.root} …`);
    await stopInstance(location, await optionsFor(found));
  };
  const stopDaemonFound = async (): Promise<void> => {
    if (daemon.state === 'stopped') return;
    terminal.note(`Stopping the user daemon of ${daemonOf(call).home} …`);
    await stopDaemon(daemonOf(call), await optionsFor(daemon));
  };
  const outcomes = await Promise.allSettled([stopDaemonFound(), ...running.map(stopFound)]);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of failed.slice(1)) if (isAgentBrainError(reason)) terminal.warn(reason.message);
  if (failed[0] !== undefined) throw failed[0].reason;

  const { swept, failed: left } = await resetOrphans(call.environment, signal);
  for (const { pid, reason } of swept) terminal.note(`Ended process ${pid}: ${reason}.`);
  for (const { pid, failure } of left) terminal.warn(`Process ${pid}, a lost daemon, still runs: ${failure}`);
  // Those that have begun since, and those that the first look could say nothing about.
  for (const location of locations) {
    const found = await findInstance(location, { signal, timeoutMs: LOOK_MS });
    if (found.state !== 'stopped') await stopFound({ location, found });
  }
}
