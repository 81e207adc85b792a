import { AgentBrainError } from '@agent-brain/contract/errors';
import type { ServedProject } from '@agent-brain/contract/projects';
import { printableLine } from '@agent-brain/runtime/printable';

const MAX_NAMED = 10;

export function idRequired(served: readonly ServedProject[]): AgentBrainError {
  const count = served.length === 1 ? '1 is' : `${served.length} are`;
  const named = served.slice(0, MAX_NAMED).map(({ project_id, name }) => `${project_id} (${printableLine(name)})`);
  const which = served.length === 0 ? '' : `: ${named.join(', ')}${served.length > MAX_NAMED ? ', …' : ''}`;
  return new AgentBrainError('PROJECT_ID_REQUIRED', `The request names no project, and ${count} served here${which}`, {
    data: { projects: served.map(({ project_id, project_root }) => ({ project_id, project_root })) },
  });
}

export const unknownProject = (id: string): AgentBrainError =>
  new AgentBrainError('PROJECT_UNKNOWN', `Project ${JSON.stringify(id)} is not served here`, { data: { project_id: id } });
