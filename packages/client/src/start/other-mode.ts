import fs from 'node:fs';
import path from 'node:path';
import type { Mode, ProjectLocation } from '../discovery/index.ts';

/**
 * What a project that is now served in one mode has left in the other. The two never mix: each has its own index and
 * queue, and neither touches the other's (docs/design/instances.md#user-daemon).
 */
export function otherModeNotes(mode: Mode, { paths, daemon }: ProjectLocation, projectId: string): string[] {
  const ofProject = paths.dataDir;
  const ofDaemon = path.join(daemon.projectsDir, projectId, 'data');
  if (mode === 'shared')
    return holdsFiles(ofProject)
      ? [
          `The index of its own instance stays in ${ofProject}; shared mode does not use it. It counts again after \`agent-brain start --mode project\`.`,
        ]
      : [];
  return holdsFiles(ofDaemon)
    ? [
        `The index of shared mode stays in ${path.dirname(ofDaemon)}; this mode does not use it. It counts again after \`agent-brain start --mode shared\`; \`agent-brain stop --purge\` in that mode removes it.`,
      ]
    : [];
}

function holdsFiles(directory: string): boolean {
  try {
    return fs.readdirSync(directory).length > 0;
  } catch {
    return false;
  }
}
