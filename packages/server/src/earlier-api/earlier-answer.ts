import type { IndexedFolder, Job } from '@agent-brain/contract/jobs';
import type { QueryResult } from '@agent-brain/contract/query';

/** An answer of this program with the names that the client of the Python program reads beside its own. */
export type EarlierAnswer = Record<string, unknown>;

/**
 * @param route id of the route that answered
 * @param given what it answered
 */
export function earlierAnswer(route: string, given: EarlierAnswer): EarlierAnswer {
  switch (route) {
    case 'query':
      return { ...given, results: (given['results'] as QueryResult[]).map(result) };
    case 'folders': {
      const folders = (given['folders'] as IndexedFolder[]).map(folder);
      return { ...given, folders, total: folders.length };
    }
    case 'jobs':
      return {
        ...given,
        jobs: (given['jobs'] as Job[]).map(job),
        pending: given['queued_count'],
        running: given['running_count'],
        completed: given['completed_count'],
        failed: given['failed_count'],
      };
    case 'job':
    case 'jobCancel':
      return job(given as unknown as Job);
    default:
      return given;
  }
}

function result({ explanation, ...found }: QueryResult): EarlierAnswer {
  const { path, start_line, end_line, symbol, scores } = found;
  return {
    ...found,
    source: path,
    bm25_score: scores.bm25,
    vector_score: scores.vector,
    graph_score: scores.graph,
    metadata: { start_line, end_line, ...(symbol === undefined ? {} : { symbol_name: symbol }) },
    // There an object with one sentence, here a list.
    ...(explanation === undefined ? {} : { explanation: { reason: explanation.map(({ reason }) => reason).join('; ') } }),
  };
}

const folder = (found: IndexedFolder): EarlierAnswer => ({
  ...found,
  chunk_count: found.chunks,
  // The client cuts it at the point, so it must be a text.
  last_indexed: found.last_indexed_at ?? '',
});

const job = ({ error, ...found }: Job): EarlierAnswer => ({
  ...found,
  job_id: found.id,
  enqueued_at: found.created_at,
  finished_at: found.completed_at,
  source: found.trigger === undefined ? 'manual' : 'auto',
  total_files: found.progress.files_total,
  processed_files: found.progress.files_done,
  // There a text.
  error: error === null ? null : `${error.code}: ${error.message}`,
});
