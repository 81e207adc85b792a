import type { Daemon } from '@agent-brain/client/discovery';
import { type BroughtUp, startDaemon } from '@agent-brain/client/start';
import type { StartResult } from '@agent-brain/contract/commands';
import { type Call, daemonOf, daemonOptions } from '../call/index.ts';

const outside = 'This folder is no project, so none was registered; `agent-brain init --mode shared` makes it one.';

/** Starts the user daemon with no project in mind: outside of any, or for all that it serves. */
export async function startDaemonAlone(
  call: Call,
  { foreground = false, isOutside = false }: { foreground?: boolean; isOutside?: boolean } = {},
): Promise<{ result: StartResult; server: BroughtUp<Daemon>['server'] }> {
  const paths = daemonOf(call);
  const begun = performance.now();
  const { running, started, replaced, warnings, server } = await startDaemon(paths, { ...daemonOptions(call), foreground });
  const result: StartResult = {
    started,
    registered: false,
    replaced_version: replaced ?? null,
    project_root: null,
    state_dir: paths.home,
    log_file: paths.logFile,
    instance: running.view(),
    warnings: isOutside ? [...warnings, outside] : [...warnings],
    duration_ms: Math.round(performance.now() - begun),
  };
  return { result, server };
}
