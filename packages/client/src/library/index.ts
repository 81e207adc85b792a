export {
  AgentBrainError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorKind,
  type FieldError,
  isAgentBrainError,
} from '@agent-brain/contract/errors';
export type {
  IndexedFolder,
  IndexRequestInput,
  IndexStats,
  Job,
  JobAccepted,
  JobEvent,
  JobEventType,
  JobList,
  JobProgress,
  JobStatus,
} from '@agent-brain/contract/jobs';
export type { ChunkView, QueryRequestInput, QueryResponse, QueryResult } from '@agent-brain/contract/query';
export type { Status } from '@agent-brain/contract/status';
export { discover, type DiscoverOptions } from './discover.ts';
export { discoverOrStart, type DiscoverOrStartOptions } from './discover-or-start.ts';
export type { CallOptions, Instance, JobFilter, Jobs, SubmitOptions, WaitOptions } from './instance.ts';
export type { IndexRequest, SearchRequest } from './messages.ts';
