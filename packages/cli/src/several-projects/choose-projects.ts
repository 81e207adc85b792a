import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';

/** A project of this user, as the registry names it. */
export interface KnownProject {
  readonly project_id: string;
  /** Canonical. */
  readonly project_root: string;
  readonly name: string;
}

/**
 * The projects that a list of names means, each once, in the order of the list. A name is an id (`p_…`), a path (with a
 * separator, or `.`), or the name of the project's folder, which only one project may have.
 *
 * @param list separated by commas
 * @param cwd relative paths begin here
 * @throws ARGUMENT_INVALID, PROJECT_UNKNOWN
 */
export function chooseProjects(list: string, known: readonly KnownProject[], cwd: string): KnownProject[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new AgentBrainError('ARGUMENT_INVALID', `--projects is ${JSON.stringify(list)} — it names no project`);
  const chosen = new Map<string, KnownProject>();
  for (const name of names) {
    const project = chooseOne(name, known, cwd);
    chosen.set(project.project_id, project);
  }
  return [...chosen.values()];
}

function chooseOne(name: string, known: readonly KnownProject[], cwd: string): KnownProject {
  const isPath = name === '.' || name === '..' || name.includes('/') || name.includes(path.sep);
  const fits = isPath ? ofPath(path.resolve(cwd, name), known) : known.filter((one) => one.project_id === name || one.name === name);
  const [first, second] = fits;
  if (first === undefined)
    throw new AgentBrainError(
      'PROJECT_UNKNOWN',
      `--projects names ${JSON.stringify(name)} — no project of this user has that ${isPath ? 'path' : 'name or id'}`,
      {
        hint: 'See `agent-brain list --all`.',
        data: { project: name },
      },
    );
  if (second === undefined) return first;
  const all = fits.map(({ project_root, project_id }) => `${project_root} (${project_id})`);
  throw new AgentBrainError(
    'ARGUMENT_INVALID',
    `--projects names ${JSON.stringify(name)} — ${fits.length} projects have that name: ${all.join(', ')}`,
    {
      hint: 'Name it by its path or id.',
    },
  );
}

/** The project itself, or the innermost one around a folder of it. */
const ofPath = (directory: string, known: readonly KnownProject[]): KnownProject[] =>
  known
    .filter(({ project_root: root }) => directory === root || directory.startsWith(root.endsWith(path.sep) ? root : root + path.sep))
    .toSorted((one, other) => other.project_root.length - one.project_root.length)
    .slice(0, 1);
