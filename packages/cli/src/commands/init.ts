import fs from 'node:fs/promises';
import type { ProjectLocation } from '@agent-brain/client/discovery';
import type { InitResult } from '@agent-brain/contract/commands';
import { configKeys } from '@agent-brain/contract/config';
import { writeAtomically } from '@agent-brain/runtime/files';
import { canonicalDirectory, homePaths, prepareStateDir, projectPaths } from '@agent-brain/runtime/project';
import { readRegistry } from '@agent-brain/runtime/registry';
import { type Call, type Command, locate, refuseSharedMode } from '../call/index.ts';
import { renderFields } from '../render/index.ts';
import { printableLine } from '../terminal/index.ts';

export const init: Command<InitResult> = {
  spec: {
    description:
      'Make the project ready: its state directory, a config.json with the defaults (it may be committed) and a .gitignore for the rest. `start` does the same without config.json.',
    options: [
      { flags: '--here', description: 'Make the current directory a project of its own inside the repository' },
      { flags: '--force', description: 'Write config.json anew' },
      {
        flags: '--mode <mode>',
        description: 'project: an instance of its own (default); this version refuses shared',
        choices: ['project', 'shared'],
      },
    ],
    examples: [
      { line: 'init', does: 'In any folder of the repository' },
      { line: 'init --here', does: 'A nested project, with its own index' },
    ],
  },

  async run(call) {
    refuseSharedMode(call.options['mode']);
    const isHere = call.options['here'] === true;
    const location = isHere ? await locateHere(call) : await locate(call);
    const { paths, setAside, warnings } = await prepareStateDir(location.paths, call.environment, {
      mode: 'project',
      ...(isHere ? { madeHere: true } : {}),
    });
    for (const warning of warnings) call.terminal.warn(warning);
    const created = call.options['force'] === true || !(await exists(paths.configFile));
    if (created) await writeAtomically(paths.configFile, defaultConfig(), { mode: 0o644 });
    return { data: { project_root: paths.root, state_dir: paths.stateDir, config_file: paths.configFile, created, set_aside: setAside } };
  },

  render(data, view) {
    const first = data.created
      ? `${view.style('green', '✔')} Ready: ${printableLine(data.project_root)}`
      : `Ready already: ${printableLine(data.project_root)} (config.json stays as it is)`;
    const places = renderFields(
      [
        ['state', printableLine(data.state_dir)],
        ['config', printableLine(data.config_file)],
      ],
      view,
    );
    return `${first}\n${places}\nNext: agent-brain start`;
  },
};

async function locateHere({ environment, globals }: Call): Promise<ProjectLocation> {
  const root = await canonicalDirectory(globals.project ?? environment.cwd, environment);
  const { registry } = await readRegistry(homePaths(environment));
  return { root, paths: projectPaths(root, environment, { registry }), warnings: [] };
}

const exists = (file: string): Promise<boolean> =>
  fs.lstat(file).then(
    () => true,
    () => false,
  );

/** What a project may set, with the defaults: a file to edit, not one to guess at. */
function defaultConfig(): string {
  const values = Object.entries(configKeys)
    .filter(([, key]) => key.scope.some((scope) => scope === 'project'))
    .map(([name, key]) => [name, key.default]);
  return `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`;
}
