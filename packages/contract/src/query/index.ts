export { excerptAround, type LineRange } from './excerpt.ts';
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
  type Confidence,
  confidences,
  type IndexAnswer,
  NOTHING_INDEXED,
  type QueryResponse,
  queryResponseSchema,
  type QueryResult,
  queryResultSchema,
} from './query-response.ts';
