import fs from 'node:fs';
import type { ListResult } from '@agent-brain/contract/commands';
import type { RegistryEntry } from '@agent-brain/contract/instances';
import { type FoundStorage, readStoredProjects } from '@agent-brain/runtime/shared-storage';

type Row = ListResult['instances'][number];

/** What the user daemon keeps of projects that the registry does not know, or knows under another id. */
export async function lostProjects(projectsDir: string, entries: readonly RegistryEntry[]): Promise<FoundStorage[]> {
  const known = new Set(entries.map(({ project_id }) => project_id));
  return (await readStoredProjects(projectsDir)).filter(({ projectId }) => !known.has(projectId));
}

/** Nothing serves them: the daemon takes its projects from the registry. */
export function lostRow({ projectId, record }: FoundStorage): Row {
  const project = record.state === 'ok' ? record.value : undefined;
  return {
    name: project?.name ?? projectId,
    project_root: project?.project_root ?? null,
    project_id: projectId,
    mode: 'shared',
    state: project !== undefined && !fs.existsSync(project.project_root) ? 'gone' : 'stopped',
    url: null,
    pid: null,
    version: null,
    active_projects: null,
  };
}
