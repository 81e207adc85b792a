import type { Status } from '@agent-brain/contract/status';
import type { Project } from './project.ts';

/** `GET /health/status`, from values in memory only: a status call touches neither disk nor index. */
export function projectStatus(project: Project, mode: Status['mode'], memoryBytes: number): Status {
  const index = project.engine.status();
  const jobs = project.queue.stats();
  return {
    total_documents: index.documents,
    total_chunks: index.chunks,
    indexing_in_progress: jobs.runningJobId !== null,
    running_job_id: jobs.runningJobId,
    queued_jobs_count: jobs.queued,
    progress_percent: jobs.progressPercent,
    last_indexed_at: index.lastIndexedAt,
    mode,
    state_dir: project.stateDir,
    project_root: project.root,
    embedding: null,
    index: { bytes: index.bytes, generation: index.generation, state: index.state },
    watcher: project.watch.status(),
    pending_files: project.watch.pendingFiles,
    memory_bytes: memoryBytes,
  };
}
