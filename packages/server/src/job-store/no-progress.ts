import type { Job } from '@agent-brain/contract/jobs';

/** Of a job that waits: also of one that ran and begins anew. */
export const noProgress = (
  nowMs: number,
): Pick<Job, 'progress' | 'progress_percent' | 'total_documents' | 'processed_documents' | 'total_chunks'> => ({
  progress: {
    phase: 'waiting',
    files_done: 0,
    files_total: 0,
    chunks_done: 0,
    bytes_done: 0,
    current_file: null,
    updated_at: new Date(nowMs).toISOString(),
  },
  progress_percent: 0,
  total_documents: 0,
  processed_documents: 0,
  total_chunks: 0,
});
