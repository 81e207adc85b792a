import { daemonPaths } from '@agent-brain/runtime/daemon';
import type { Instance } from './instance.ts';
import type { ProjectLocation } from './project-location.ts';
import type { Mode } from './wanted-mode.ts';

/** The log of what serves a project, or of what is to serve it. A daemon of another home writes into that one. */
export function logFileOf({ paths, daemon }: Pick<ProjectLocation, 'paths' | 'daemon'>, by: Instance | Mode): string {
  const mode = typeof by === 'string' ? by : by.mode;
  if (mode === 'project') return paths.logFile;
  const home = typeof by === 'string' ? undefined : by.daemonHome;
  return (home === undefined ? daemon : daemonPaths(home)).logFile;
}
