import type { Engine, IndexConfig } from '@agent-brain/search/engine';
import type { PerformJob } from './queue-options.ts';

/** Does jobs with a project's engine. */
export const engineWork =
  (engine: Pick<Engine, 'index' | 'removeFolder' | 'repair' | 'reset'>, config: IndexConfig): PerformJob =>
  async (job, { signal, onProgress }) => {
    switch (job.operation) {
      case 'index':
      case 'add':
        return engine.index({ folder: job.folder_path, operation: job.operation, request: job.request, config, signal, onProgress });
      case 'remove':
        return engine.removeFolder(job.folder_path, { signal });
      case 'repair':
        return engine.repair({ force: job.request.force, config, signal, onProgress });
      case 'reset':
        await engine.reset({ signal });
        return null;
    }
  };
