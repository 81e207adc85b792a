export {
  queryModes,
  type QueryRequest,
  type QueryRequestInput,
  queryRequestSchema,
  type SourceType,
  sourceTypes,
} from './query-request.ts';
export {
  chunkSchema,
  type ChunkView,
  type IndexAnswer,
  type QueryResponse,
  queryResponseSchema,
  type QueryResult,
  queryResultSchema,
} from './query-response.ts';
