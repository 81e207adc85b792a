import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Project } from './project.ts';

/**
 * The projects that this process serves, by id. An instance of one project holds exactly one; it is
 * then the answer to every question, whatever id the caller names (contract: instances, "User daemon").
 */
export class ProjectSet {
  readonly mode: 'project' | 'shared';
  readonly #projects = new Map<string, Project>();

  constructor(mode: 'project' | 'shared') {
    this.mode = mode;
  }

  add(project: Project): void {
    this.#projects.set(project.id, project);
  }

  /** @returns what `id` names, no longer served */
  remove(id: string): Project | undefined {
    const project = this.#projects.get(id);
    this.#projects.delete(id);
    return project;
  }

  all(): Project[] {
    return [...this.#projects.values()];
  }

  /** @throws PROJECT_ID_REQUIRED, PROJECT_UNKNOWN */
  find(id: string | undefined): Project {
    if (this.mode === 'project') return this.#only();
    if (id === undefined)
      throw new AgentBrainError('PROJECT_ID_REQUIRED', `The request names no project, and ${this.#projects.size} are served here`);
    const project = this.#projects.get(id);
    if (project === undefined)
      throw new AgentBrainError('PROJECT_UNKNOWN', `Project ${JSON.stringify(id)} is not served here`, { data: { project_id: id } });
    return project;
  }

  #only(): Project {
    const [project] = this.#projects.values();
    if (project === undefined) throw new AgentBrainError('SHUTTING_DOWN', 'The project is not served any more — this instance is stopping');
    return project;
  }
}
