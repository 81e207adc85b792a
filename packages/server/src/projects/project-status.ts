import type { Status } from '@agent-brain/contract/status';
import type { ProjectFacts } from './project.ts';

/** `GET /health/status`. */
export function projectStatus(project: ProjectFacts, mode: Status['mode'], memoryBytes: number): Status {
  const { index, jobs } = project;
  return {
    total_documents: index.documents,
    total_chunks: index.chunks,
    indexing_in_progress: jobs.runningJobId !== null,
    running_job_id: jobs.runningJobId,
    queued_jobs_count: jobs.queued,
    progress_percent: jobs.progressPercent,
    last_indexed_at: index.lastIndexedAt,
    skipped_count: index.skipped,
    mode,
    state_dir: project.stateDir,
    project_root: project.root,
    embedding: null,
    index: { bytes: index.bytes, generation: index.generation, state: index.state },
    watcher: project.watcher,
    pending_files: project.pendingFiles,
    memory_bytes: memoryBytes,
  };
}
