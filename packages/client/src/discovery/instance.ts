import type { DaemonRecord, Health, ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import type { ApiClient, ApiClientOptions } from '../api/index.ts';
import { ProvenProcess } from './proven-process.ts';

/** What serves one project: an instance of its own, or the user daemon, which serves others as well. */
export class Instance extends ProvenProcess {
  readonly projectRoot: string;
  readonly projectId: string;
  /** Of the user daemon; undefined for an instance of its own. */
  readonly daemonHome: string | undefined;

  constructor(
    record: ProjectRuntimeRecord | DaemonRecord,
    project: { readonly project_root: string; readonly project_id: string },
    health: Health,
    discoveryMs: number,
  ) {
    super(record, health, discoveryMs);
    this.projectRoot = project.project_root;
    this.projectId = project.project_id;
    this.daemonHome = record.mode === 'shared' ? record.home : undefined;
  }

  /** A client with the token of this instance, which asks the user daemon for this project. */
  override connect(options: Omit<ApiClientOptions, 'discoveryMs'> = {}): ApiClient {
    return super.connect(this.mode === 'shared' ? { projectId: this.projectId, ...options } : options);
  }
}
