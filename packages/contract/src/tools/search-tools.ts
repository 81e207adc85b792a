import { z } from 'zod';
import { chunkSchema, queryRequestSchema, queryResponseSchema, queryResultSchema } from '../query/index.ts';
import { maxCharsOf } from './budget.ts';
import type { ToolSpec } from './tool-spec.ts';

const request = queryRequestSchema.shape;
const result = queryResultSchema.shape;
const chunk = chunkSchema.shape;

/** How far the first run over a project is; absent when none goes on. */
const progressSchema = z.strictObject({
  job_id: z.string(),
  files_done: z.int().nonnegative(),
  files_total: z.int().nonnegative().describe('0 until they are counted'),
});

const searchInputSchema = z.strictObject({
  query: request.query.describe('Words, a question, or an identifier'),
  mode: request.mode.describe('How to search; hybrid takes what the instance has'),
  top_k: request.top_k.describe('Files at the most'),
  path_globs: request.path_globs.describe('Only files that match, e.g. ["src/**"]'),
  languages: request.languages.describe('Only these, e.g. ["python"]'),
  source_types: request.source_types,
  context_lines: request.context_lines,
  max_chars: maxCharsOf('the whole answer'),
});

const searchOutputSchema = z.strictObject({
  results: z.array(
    z.strictObject({
      path: result.path,
      start_line: result.start_line,
      end_line: result.end_line,
      hit: result.hit,
      symbol: result.symbol.describe('What the place lies in'),
      source_type: result.source_type,
      score: result.score,
      chunk_id: result.chunk_id.describe('For get_chunk'),
      text: result.text.describe('Of the lines start_line to end_line; empty where the budget had no room for it'),
      is_cut: z.literal(true).optional().describe('The text is shorter than its chunk; get_chunk has all of it'),
      more_spans: z
        .array(z.strictObject({ start_line: z.int(), end_line: z.int(), chunk_id: z.string() }))
        .optional()
        .describe('Further places of the same file'),
    }),
  ),
  total_results: queryResponseSchema.shape.total_results.describe('Files found; more than `results` where the budget left some out'),
  confidence: queryResponseSchema.shape.confidence,
  mode: queryResponseSchema.shape.mode,
  index_generation: queryResponseSchema.shape.index_generation,
  indexing: progressSchema.optional().describe('Present while the project is being indexed: the answer may be incomplete'),
  pending_files: queryResponseSchema.shape.pending_files.optional(),
  warnings: z.array(z.string()),
});

const chunkInputSchema = z.strictObject({
  chunk_id: z.string().min(1).max(128).describe('From search, or a neighbour of another chunk'),
  max_chars: maxCharsOf('the text'),
});

const chunkOutputSchema = z.strictObject({
  chunk_id: chunk.chunk_id,
  path: chunk.path,
  language: chunk.language,
  source_type: chunk.source_type,
  symbol: chunk.symbol,
  start_line: chunk.start_line,
  end_line: chunk.end_line,
  text: chunk.text,
  is_cut: z.literal(true).optional(),
  previous_chunk_id: chunk.previous_chunk_id.describe('The text just before it in the file'),
  next_chunk_id: chunk.next_chunk_id.describe('The text just after it'),
  index_generation: chunk.index_generation,
});

export const searchTool = {
  title: 'Search code and documents',
  description:
    'Find where something is in this project: ask in words ("where is the lock taken") or by identifier. ' +
    'Answers with files, best first, each with its best lines. Use it before grep or reading files. ' +
    'A project that was never indexed is indexed on the first search; the answer then says what is still missing.',
  input: searchInputSchema,
  output: searchOutputSchema,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const satisfies ToolSpec;

export const getChunkTool = {
  title: 'Read one search result in full',
  description: 'The whole text of a chunk that search named, and the ids of the chunks before and after it.',
  input: chunkInputSchema,
  output: chunkOutputSchema,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const satisfies ToolSpec;
