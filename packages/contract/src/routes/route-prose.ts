import type { RouteId } from './route-table.ts';

/** Prose of the API description. */
export interface RouteProse {
  /** Further than the summary: conditions, effects, limits. */
  readonly description: string;
  /** The successful answer. */
  readonly answer: string;
  /** A body that succeeds as it is, in a project of its own. Absent where a value of the caller's machine is needed. */
  readonly body?: Readonly<Record<string, unknown>>;
}

const FOLLOW = 'Follow the job at `/index/jobs/{id}` or `/index/events`.';
const ACCEPTED = `The job is in the queue. ${FOLLOW}`;

export const routeProse: Readonly<Record<RouteId, RouteProse>> = {
  health: {
    description:
      'Needs no token and names no path. With a `nonce` of 32 hex digits the answer has a `proof`: HMAC-SHA256 over nonce, instance id and port, with the token as key. Ask for it before you send the token to a port.',
    answer: 'The instance is alive. `status` says in which condition.',
  },
  status: {
    description: 'Counts, the running job, freshness, the watcher, and the size and condition of the index. It loads nothing into memory.',
    answer: 'The state of the project and its index.',
  },
  shutdown: {
    description:
      'Stops the instance in order: jobs go back to the queue and continue at the next start. `instance_id` is that of `/health`, so that a late request cannot stop the successor.',
    answer: 'The stop has begun. The connection closes.',
  },
  index: {
    description:
      'Queues a job that makes the index equal to a folder: new and changed files are read, removed files leave the index. A folder that is queued or being indexed with the same options is refused with 409 and the id of that job.',
    answer: ACCEPTED,
    body: { folder_path: '.' },
  },
  indexAdd: {
    description: 'Like `POST /index`, but files that no longer match stay in the index.',
    answer: ACCEPTED,
    body: { folder_path: '.' },
  },
  indexPlan: {
    description: 'Walks a folder as a job would, and changes nothing.',
    answer: 'The files that would be read, and those that would be skipped, with reasons and totals.',
    body: { folder_path: '.' },
  },
  indexVerify: {
    description:
      'Reads the whole index and compares its tables. It takes time in proportion to the size of the index, and questions are answered meanwhile.',
    answer: 'The result of the check. `ok: false` means that the index is damaged.',
    body: {},
  },
  indexRepair: {
    description:
      'Queues a job that checks the index. A damaged index is set aside and built again from all of its folders. `force` builds a sound one again too.',
    answer: ACCEPTED,
    body: {},
  },
  indexReset: {
    description: 'Queues a job that removes everything from the index. `confirm=true` is required. No file of the project is touched.',
    answer: ACCEPTED,
  },
  folders: {
    description: 'Folders that were indexed, each with its counts and the time of its last complete run.',
    answer: 'The indexed folders.',
  },
  folderRemove: {
    description: 'Queues a job that removes a folder and all of its chunks from the index. No file of the project is touched.',
    answer: ACCEPTED,
  },
  jobs: {
    description:
      'The running job, waiting jobs, and those that ended in the last 24 hours, newest first. `status` selects, `limit` and `offset` page.',
    answer: 'One page of jobs, and counts of all of them.',
  },
  job: { description: 'State, progress, result and error of one job.', answer: 'The job.' },
  jobCancel: {
    description: 'Cancels a waiting job. A running job needs `force=true`; the files that it has committed stay in the index.',
    answer: 'The job after the cancellation.',
  },
  query: {
    description:
      'Answers with ranked places in files. Ask in words, by identifier, with `"a phrase"` or with `begin*`. Text comes from the index; `pending_files` says how many files are newer. Long questions are shortened, and `warnings` says what was not used.',
    answer: 'Results, best first. An empty list is a success.',
    body: { query: 'where is the lock taken', top_k: 5 },
  },
  chunk: {
    description: 'The whole text of a chunk that a query named, and the ids of the chunks before and after it in the file.',
    answer: 'The chunk.',
  },
  projects: {
    description: 'In shared mode all projects of the user daemon, loaded or not. An instance of one project names that one.',
    answer: 'The projects.',
  },
  projectAdd: {
    description: 'Shared mode only. Registers the project of a directory with the user daemon. Registering it again changes nothing.',
    answer: 'The project as it is served now.',
  },
  projectStatus: { description: 'Counts and freshness of one project. It loads nothing into memory.', answer: 'The state of the project.' },
  projectRemove: {
    description: 'Shared mode only. Ends serving a project. Its index stays on disk unless `purge=true`.',
    answer: 'The project that is no longer served, and the directory of its index.',
  },
};
