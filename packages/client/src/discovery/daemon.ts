import type { ServedProject } from '@agent-brain/contract/projects';
import type { DaemonRecord, Health } from '@agent-brain/contract/instances';
import { Instance } from './instance.ts';
import { ProvenProcess } from './proven-process.ts';

/** The user daemon of a home, with no project in mind. */
export class Daemon extends ProvenProcess {
  readonly home: string;
  readonly #record: DaemonRecord;

  constructor(record: DaemonRecord, home: string, health: Health, discoveryMs: number) {
    super(record, health, discoveryMs);
    this.home = home;
    this.#record = record;
  }

  /** How many projects it serves, loaded or not; as it was when the daemon was found. */
  get activeProjects(): number {
    return this.health.active_projects ?? 0;
  }

  /** The daemon as it serves one of its projects. */
  serving(project: Pick<ServedProject, 'project_root' | 'project_id'>): Instance {
    return new Instance(this.#record, project, this.health, this.discoveryMs);
  }
}
