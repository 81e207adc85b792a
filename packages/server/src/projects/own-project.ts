import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { ServedProject } from '@agent-brain/contract/projects';
import { factsOf, type Project, type ProjectFacts } from './project.ts';
import type { ProjectLease, ServedProjects } from './served-projects.ts';

/** The one project of an instance of its own. It is in memory from the start to the stop. */
export class OwnProject implements ServedProjects {
  readonly mode = 'project';
  readonly #never = new AbortController().signal;
  #project: Project | undefined;

  /** undefined: it is closed, the instance stops. */
  set(project: Project | undefined): void {
    this.#project = project;
  }

  get count(): number {
    return this.loaded().length;
  }

  loaded(): Project[] {
    return this.#project === undefined ? [] : [this.#project];
  }

  async use<T>(_id: string | undefined, work: (project: Project) => T | Promise<T>): Promise<T> {
    return work(this.#only());
  }

  async lease(_id?: string): Promise<ProjectLease> {
    return { project: this.#only(), signal: this.#never, release: () => {} };
  }

  async look(_id?: string): Promise<ProjectFacts> {
    return factsOf(this.#only());
  }

  known(): ProjectFacts[] {
    return this.loaded().map(factsOf);
  }

  list(): ServedProject[] {
    return this.loaded().map(({ id, root, stateDir }) => ({
      project_id: id,
      project_root: root,
      name: path.basename(root) || root,
      state_dir: stateDir,
      loaded: true,
      last_used_at: null,
    }));
  }

  async add(_root: string): Promise<never> {
    throw new AgentBrainError('MODE_UNAVAILABLE', `This instance serves ${this.#only().root} alone — only the user daemon takes projects`);
  }

  async remove(_id: string, _options: { purge: boolean }): Promise<never> {
    throw new AgentBrainError('MODE_UNAVAILABLE', `This instance serves ${this.#only().root} alone — it ends with \`agent-brain stop\``);
  }

  #only(): Project {
    if (this.#project === undefined)
      throw new AgentBrainError('SHUTTING_DOWN', 'The project is not served any more — this instance is stopping');
    return this.#project;
  }
}
