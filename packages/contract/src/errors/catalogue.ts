import type { ErrorKind } from './kinds.ts';

/** One line of the catalogue: what a code says, and what its reader should do next. */
export interface CatalogueEntry {
  readonly kind: ErrorKind;
  /** What is true, without values; the same for every occurrence (RFC 9457 `title`). */
  readonly title: string;
  /** What to do next, when the place that throws knows nothing better. */
  readonly hint: string;
  /** HTTP status where it differs from the kind's. */
  readonly status?: number;
}

const entry = (kind: ErrorKind, title: string, hint: string, status?: number): CatalogueEntry =>
  status === undefined ? { kind, title, hint } : { kind, title, hint, status };

/**
 * Every error a user can meet. Codes read AREA_CONDITION and are never reused.
 * `docs/errors.md` is generated from this table and held equal to it by a test.
 */
export const catalogue = {
  // Requests and arguments
  REQUEST_INVALID: entry(
    'usage',
    'The request does not have the required form',
    'Compare the named fields with /openapi.json or `agent-brain help`.',
  ),
  REQUEST_TOO_LARGE: entry('usage', 'The request body is too large', 'Send at most 1 MiB.', 413),
  REQUEST_NOT_JSON: entry('usage', 'The request body is not JSON', 'Send `content-type: application/json` with a JSON body.', 415),
  REQUEST_TIMEOUT: entry('unavailable', 'The request took too long to arrive', 'Send the request again.', 408),
  HOST_NOT_ALLOWED: entry(
    'usage',
    'The Host header names no address of this server',
    'Use the base URL of the runtime record, or add the name to `allowed_hosts` in the user configuration.',
    421,
  ),
  ORIGIN_NOT_ALLOWED: entry(
    'auth',
    'Requests from web pages are refused',
    'Call the server from a program, not from a page of another origin.',
    403,
  ),
  ROUTE_UNKNOWN: entry('not-found', 'No such route', 'See /openapi.json for the routes of this server.'),
  METHOD_NOT_ALLOWED: entry('usage', 'The route does not take this method', 'See /openapi.json for the methods of this route.', 405),
  TOKEN_INVALID: entry(
    'auth',
    'The bearer token is missing or wrong',
    'Send `Authorization: Bearer` with the token that `agent-brain status --token` prints in the project.',
  ),
  COMMAND_UNKNOWN: entry('usage', 'No such command', 'See `agent-brain help`.'),
  ARGUMENT_INVALID: entry('usage', 'An argument does not have the required form', 'See `agent-brain help COMMAND`.'),
  CONFIRMATION_REQUIRED: entry(
    'usage',
    'This cannot be undone and was not confirmed',
    'Repeat with `--yes` (command line) or `?confirm=true` (HTTP).',
  ),

  SELECTION_REMOVES_FILES: entry(
    'precondition',
    'The filters would remove more than half of the indexed files of the folder',
    'Compare with `agent-brain index --dry-run`. Repeat with `--yes` (command line), `?confirm=true` (HTTP) or `confirm` (MCP) if that is what you want.',
  ),

  // Project root and state dir
  PROJECT_PATH_MISSING: entry('usage', 'The path does not exist', 'Give an existing directory, for example with `--project DIR`.'),
  PROJECT_PATH_NOT_DIRECTORY: entry('usage', 'The path is not a directory', 'Give the directory of the project.'),
  PROJECT_PATH_UNREADABLE: entry('usage', 'The directory cannot be read', 'Check its permissions (`ls -ld`).'),
  PROJECT_ROOT_REFUSED: entry(
    'usage',
    'The home directory, / or a directory of the system is not taken as a project by itself',
    'Name the project with `--project DIR`.',
  ),
  PROJECT_NOT_INITIALISED: entry('precondition', 'The project has no Agent Brain state', 'Run `agent-brain init` in the project.'),
  PROJECT_ID_REQUIRED: entry(
    'usage',
    'A shared server needs to know which project is meant',
    'Send `project_id`; `agent-brain list --json` names it.',
  ),
  PROJECT_UNKNOWN: entry('not-found', 'No project of that id is served here', 'Start it with `agent-brain start` in the project.'),
  STATE_DIR_UNSAFE: entry(
    'precondition',
    'The state directory cannot be trusted',
    'Remove the symlink or fix the owner, then run the command again.',
  ),
  STATE_DIR_NOT_WRITABLE: entry(
    'precondition',
    'Writable state is required',
    'Make the directory writable, or choose another: AGENT_BRAIN_STATE_DIR for a project, AGENT_BRAIN_HOME for ~/.agent-brain, both absolute.',
  ),
  STATE_DIR_NOT_ABSOLUTE: entry('usage', 'The state directory override is not absolute', 'Set AGENT_BRAIN_STATE_DIR to an absolute path.'),
  STATE_DIR_TAKEN: entry(
    'precondition',
    'The state directory belongs to another project',
    'Give every project a state directory of its own; unset AGENT_BRAIN_STATE_DIR for the usual place.',
  ),
  HOME_NOT_ABSOLUTE: entry('usage', 'The home override is not absolute', 'Set AGENT_BRAIN_HOME to an absolute path.'),
  DISK_FULL: entry(
    'unavailable',
    'No space is left on the device',
    'Free space, then run the command again; nothing written so far is damaged.',
  ),
  RECORD_CORRUPT: entry('incompatible', 'A record on disk is damaged', 'Run `agent-brain doctor`.'),
  RECORD_UNSUPPORTED_VERSION: entry('incompatible', 'A record on disk was written by a newer version', 'Update Agent Brain.'),

  // Configuration
  CONFIG_INVALID: entry('usage', 'The configuration is wrong', 'Correct the named key; `agent-brain help config` lists all keys.'),
  CONFIG_KEY_UNKNOWN: entry(
    'usage',
    'The configuration has an unknown key',
    'Correct or remove the key; `agent-brain help config` lists all keys.',
  ),
  AGENT_CONFIG_INVALID: entry(
    'precondition',
    'The settings of an agent cannot be changed safely',
    'Correct the file, or take the text of `agent-brain mcp install CLIENT --print` and put it in by hand.',
  ),
  AGENT_COMMAND_UNUSABLE: entry(
    'precondition',
    'The command for the settings of an agent does not start',
    'Install agent-brain again (`npm install --global`), check that `agent-brain version` works, then repeat this.',
  ),
  AGENT_CONFIG_CHANGED: entry('busy', 'The settings of an agent changed while they were being changed', 'Run the command again.'),
  BIND_HOST_UNPROTECTED: entry(
    'precondition',
    'Listening beyond this machine needs protection configured by the user',
    'Use a loopback address for `bind_host`.',
  ),

  // Locks and instances
  LOCK_TIMEOUT: entry('busy', 'Another process holds the lock', 'Wait for the named process, or stop it.'),
  LOCK_LOST: entry('internal', 'A lock file was replaced while it was held', 'Never delete or replace lock files; restart the instance.'),
  LOCK_UNSUPPORTED: entry(
    'incompatible',
    'This platform has no kernel lock that Agent Brain knows',
    'Use Linux with glibc, macOS or Windows.',
  ),
  INSTANCE_NOT_RUNNING: entry(
    'unavailable',
    'No instance serves this project',
    'Start one: `agent-brain start`; `index` and `query` do it with `--start`.',
  ),
  INSTANCE_ALREADY_RUNNING: entry('precondition', 'An instance already serves this project', 'Use it: `agent-brain status`.'),
  INSTANCE_UNRESPONSIVE: entry(
    'unavailable',
    'The instance holds its lock but does not answer',
    'Look into the named log; `agent-brain stop --force` ends the process.',
  ),
  INSTANCE_START_FAILED: entry('unavailable', 'The instance did not become ready', 'Look into the named log.'),
  INSTANCE_INCOMPATIBLE: entry('incompatible', 'The instance speaks another protocol version', 'Run `agent-brain restart`.'),
  INSTANCE_MISMATCH: entry('precondition', 'The request was meant for another instance', 'Run the command again; the record has changed.'),
  INSTANCE_BUSY: entry('precondition', 'The instance is indexing', 'Wait for its jobs (`agent-brain jobs`), or stop it all the same.'),
  INSTANCE_NO_ANSWER: entry(
    'unavailable',
    'The instance did not answer',
    'Look into the log (`agent-brain logs`), or restart it: `agent-brain restart`.',
  ),
  RESPONSE_INVALID: entry(
    'incompatible',
    'The answer of the instance could not be understood',
    'Run `agent-brain restart`, so that the instance has the version of this command.',
  ),
  SERVER_PROGRAM_MISSING: entry(
    'unavailable',
    'The agent-brain program was not found',
    'Install it beside your program or for the user, `npm install --global ./agent-brain-<version>.tgz` (README.md says where that file comes from), or set AGENT_BRAIN_BIN to its absolute path.',
  ),
  PORT_TAKEN: entry('unavailable', 'The configured port is taken', 'Choose another `port`, or 0 for any free one.'),
  SHUTTING_DOWN: entry(
    'unavailable',
    'The instance is stopping',
    'Run the command again in a moment; `agent-brain start` brings up a new instance.',
  ),
  MODE_UNAVAILABLE: entry(
    'usage',
    'An instance of the other mode has to do this',
    '`agent-brain start` brings up what the `mode` of the configuration says.',
  ),
  LOGIN_SERVICE_UNAVAILABLE: entry(
    'precondition',
    'The user daemon cannot be started at login here',
    'Nothing is lost: commands, editors and agents start it when they need it.',
  ),
  LOGIN_SERVICE_FOREIGN: entry(
    'precondition',
    'Something else has the name of our login service',
    'Move the named file away, then run the command again.',
  ),
  PROCESS_NOT_VERIFIED: entry(
    'precondition',
    'The process could not be verified as ours',
    'Nothing was signalled; look at the named process by hand.',
  ),

  // Jobs
  FOLDER_INVALID: entry('usage', 'The folder cannot be indexed', 'Give an existing, readable directory inside the project.'),
  FOLDER_OUTSIDE_PROJECT: entry(
    'usage',
    'The folder lies outside the project',
    'Set `allow_external` (`--allow-external`) to index it all the same.',
  ),
  FOLDER_NOT_INDEXED: entry('not-found', 'The folder is not indexed', 'See `GET /index/folders`.'),
  QUEUE_FULL: entry('busy', 'The queue is full', 'Wait for a job to end (`agent-brain jobs`), then try again.'),
  JOB_DUPLICATE: entry(
    'precondition',
    'The folder is queued or being indexed already',
    '`agent-brain jobs` shows how far the named job is.',
  ),
  JOB_UNKNOWN: entry('not-found', 'No such job', 'Finished jobs are kept for 24 hours.'),
  JOB_RUNNING: entry('precondition', 'The job is running', 'Stop it by `--force` (command line) or `?force=true` (HTTP).'),
  JOB_FINISHED: entry('not-found', 'The job has already ended', 'Its record stays readable for 24 hours.', 410),
  JOB_SUPERSEDED: entry('precondition', 'A later request took the place of the job', 'Follow the job that replaced it.'),
  JOB_CRASH_LOOP: entry(
    'internal',
    'The process ended again and again while it did the job',
    'Look into the log (`agent-brain logs`); exclude what it was reading, then index again.',
  ),
  STREAMS_EXHAUSTED: entry('busy', 'Too many event streams are open', 'Close some of them, or poll `GET /index/jobs`.'),
  JOB_TIMEOUT: entry(
    'unavailable',
    'The job took too long',
    'Raise `queue.timeout_s` in the user configuration; what was committed answers.',
  ),
  JOB_CANCELLED: entry('precondition', 'The job was cancelled', 'Index again to go on; unchanged files cost almost nothing.'),
  JOB_FAILED: entry('internal', 'The job failed', 'Look into the log (`agent-brain logs`).'),

  // Search and index
  QUERY_MODE_UNAVAILABLE: entry('usage', 'The index has nothing for this mode yet', 'Use `mode=hybrid` or `mode=bm25`.'),
  CHUNK_UNKNOWN: entry('not-found', 'No such chunk in the current index', 'Search again; the file has changed since.'),
  INDEX_CORRUPT: entry(
    'incompatible',
    'The index is damaged',
    'Run `agent-brain index --repair`: the damaged index is set aside and built again.',
  ),
  INDEX_NEWER: entry(
    'incompatible',
    'The index was written by a newer version',
    'Update Agent Brain, or run `agent-brain index --repair`: the index is set aside and built again.',
  ),
  INDEX_CLOSED: entry('unavailable', 'The index is closed', 'The instance is stopping; run the command again.'),
  INDEX_DISK_LIMIT: entry(
    'precondition',
    'The index has reached its disk limit',
    'The job goes on when there is room: raise `index_disk_limit_mb` in the user configuration and run `agent-brain restart`, or cancel it and exclude folders.',
  ),
  WATCH_UNSUPPORTED: entry(
    'unavailable',
    'Files cannot be watched on this system',
    'Folders are compared with the index every minute instead; `agent-brain index` does it at once.',
  ),
  MEMORY_LIMIT: entry(
    'precondition',
    'Indexing has reached its memory limit',
    'The job goes on by itself, slowly; raise `memory_limit_mb` in the user configuration and run `agent-brain restart` to be done sooner.',
  ),

  // Environment
  NODE_TOO_OLD: entry('incompatible', 'Node.js is too old', 'Install Node.js 22.18 or newer.'),
  FILE_UNREADABLE: entry('unavailable', 'A file cannot be read', 'Check its permissions.'),
  FILE_UNWRITABLE: entry('unavailable', 'A file cannot be written', 'Check the path and the device it lies on.'),
  INTERNAL: entry('internal', 'Something unexpected happened', 'Please report it with the request id and the log.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];
