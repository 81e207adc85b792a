import fs from 'node:fs/promises';
import type { Mode, ProjectLocation } from '@agent-brain/client/discovery';
import type { InitResult } from '@agent-brain/contract/commands';
import { daemonConfigSchema } from '@agent-brain/contract/config';
import { isAgentBrainError } from '@agent-brain/contract/errors';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { ensurePrivateDirectory, writeAtomically } from '@agent-brain/runtime/files';
import { canonicalDirectory, homePaths, prepareStateDir, type ProjectPaths, projectPaths } from '@agent-brain/runtime/project';
import { readRegistry } from '@agent-brain/runtime/registry';
import { type Call, type Command, daemonOf, locate, modeOf, modeOption } from '../call/index.ts';
import { renderFields, type View } from '../render/index.ts';
import { printableLine } from '../terminal/index.ts';

export const init: Command<InitResult> = {
  spec: {
    description:
      'Make the project ready: its state directory, and in it a config.json for your settings, which may be committed; git ignores the rest. `start` does the same without config.json.',
    options: [
      { flags: '--here', description: 'Make the current directory a project of its own inside the repository' },
      { flags: '--force', description: 'Write config.json anew' },
      modeOption('How the project is served: an instance of its own (project, the default), or the user daemon (shared)'),
    ],
    examples: [
      { line: 'init', does: 'In any folder of the repository' },
      { line: 'init --mode shared', does: 'Have the user daemon serve it, with your other projects' },
      { line: 'init --here', does: 'A nested project, with its own index' },
    ],
  },

  async run(call) {
    const isHere = call.options['here'] === true;
    const mode = modeOf(call);
    const daemonFile = mode === 'shared' ? await writeDaemonConfig(call) : null;
    const location = isHere ? await locateHere(call) : await locate(call).catch(unlessHome(mode));
    if (location === undefined) return { data: withoutProject(call, daemonFile) };
    const { paths, setAside, warnings } = await prepareStateDir(location.paths, call.environment, isHere ? { madeHere: true } : {});
    for (const warning of warnings) call.terminal.warn(warning);
    const created = call.options['force'] === true || !(await exists(paths.configFile));
    if (created) await writeAtomically(paths.configFile, chosen(mode), { mode: 0o644 });
    else if (mode !== undefined) await setMode(mode, paths, call);
    return {
      data: {
        project_root: paths.root,
        state_dir: paths.stateDir,
        config_file: paths.configFile,
        created,
        mode: mode ?? null,
        daemon_config_file: daemonFile,
        set_aside: setAside,
      },
    };
  },

  render: renderInit,
};

function renderInit(data: InitResult, view: View): string {
  const root = data.project_root === null ? 'the user daemon' : printableLine(data.project_root);
  const kept = data.mode === null ? 'config.json stays as it is' : `config.json says mode ${data.mode}, and stays as it is otherwise`;
  const first =
    data.created || data.project_root === null ? `${view.style('green', '✔')} Ready: ${root}` : `Ready already: ${root} (${kept})`;
  const places: [string, string][] = [
    ['state', printableLine(data.state_dir)],
    ...(data.config_file === null ? [] : [['config', printableLine(data.config_file)] as [string, string]]),
    ...(data.daemon_config_file === null ? [] : [['daemon', printableLine(data.daemon_config_file)] as [string, string]]),
  ];
  return `${first}\n${renderFields(places, view)}\nNext: agent-brain start${data.project_root === null ? ' --mode shared' : ''}`;
}

/** In the home directory, which is never a project by itself, `--mode shared` is about the daemon alone. */
const unlessHome =
  (mode: Mode | undefined) =>
  (error: unknown): undefined => {
    if (mode !== 'shared' || !isAgentBrainError(error) || error.code !== 'PROJECT_ROOT_REFUSED') throw error;
  };

async function locateHere({ environment, globals }: Call): Promise<ProjectLocation> {
  const root = await canonicalDirectory(globals.project ?? environment.cwd, environment);
  const home = homePaths(environment);
  const { registry } = await readRegistry(home);
  return { root, paths: projectPaths(root, environment, { registry }), daemon: daemonPaths(home.home), uid: environment.uid, warnings: [] };
}

const exists = (file: string): Promise<boolean> =>
  fs.lstat(file).then(
    () => true,
    () => false,
  );

/** Outside a project: the daemon alone is made ready. */
const withoutProject = (call: Call, daemonFile: string | null): InitResult => ({
  project_root: null,
  state_dir: daemonOf(call).home,
  config_file: null,
  created: false,
  mode: 'shared',
  daemon_config_file: daemonFile,
  set_aside: [],
});

/**
 * The file of the user daemon, with the defaults of the keys that only this file has, to edit: any other would hide what the
 * user's configuration says. One that is there stays as it is.
 */
async function writeDaemonConfig(call: Call): Promise<string> {
  const { home, configFile } = daemonOf(call);
  if (call.options['force'] === true || !(await exists(configFile))) {
    await ensurePrivateDirectory(home, { uid: call.environment.uid });
    const { port, port_range, max_concurrent_indexing } = daemonConfigSchema.parse({});
    await writeAtomically(configFile, `${JSON.stringify({ port, port_range, max_concurrent_indexing }, null, 2)}\n`);
  }
  return configFile;
}

/** In a file that is there, the one key; the rest is the project's. */
async function setMode(mode: Mode, paths: ProjectPaths, { environment }: Call): Promise<void> {
  const { setConfigValue } = await import('@agent-brain/runtime/config');
  const options = { home: homePaths(environment), projectConfigFile: paths.configFile, env: environment.env, scope: 'project' as const };
  await setConfigValue(options, 'mode', mode);
}

/** Only what was chosen: a default that is written down would hide what the user sets for all projects. */
const chosen = (mode: Mode | undefined): string => `${JSON.stringify(mode === undefined ? {} : { mode }, null, 2)}\n`;
