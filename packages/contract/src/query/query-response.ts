import { z } from 'zod';
import { queryModes, sourceTypes } from './query-request.ts';

export const confidences = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof confidences)[number];

/** Lines are 1-based and inclusive, of the indexed version of the file. */
const spanSchema = z.strictObject({
  start_line: z.int().positive(),
  end_line: z.int().positive(),
  chunk_id: z.string(),
  score: z.number().min(0).max(1),
});

const contributionSchema = z.strictObject({
  rule: z.string(),
  value: z.number().describe('What the rule added to the score (or, for `×` rules, the factor)'),
  reason: z.string(),
});

export const queryResultSchema = z
  .strictObject({
    path: z.string().describe('Relative to the project root; absolute for files outside it'),
    start_line: z.int().positive(),
    end_line: z.int().positive(),
    text: z.string().describe('The lines start_line to end_line as they were indexed'),
    hit: z
      .strictObject({ start_line: z.int().positive(), end_line: z.int().positive() })
      .describe('The lines inside the text that answer best: open the file here'),
    highlights: z
      .array(z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]))
      .describe('Words of the question in the text, as [line, column, length]; columns count from 1 in UTF-16 units'),
    score: z
      .number()
      .min(0)
      .max(1)
      .describe(
        '0–1: how likely the best results answer the question, times the standing of this result among them. It means the same in every answer',
      ),
    chunk_id: z.string(),
    language: z.string(),
    source_type: z.enum(sourceTypes),
    symbol: z.string().optional(),
    project_id: z.string().optional().describe('Where the place is, when several projects were asked'),
    scores: z.strictObject({ bm25: z.number().nullable(), vector: z.number().nullable(), graph: z.number().nullable() }),
    more_spans: z.array(spanSchema),
    explanation: z.array(contributionSchema).optional(),
  })
  .meta({ id: 'QueryResult' });
export type QueryResult = z.infer<typeof queryResultSchema>;

export const queryResponseSchema = z
  .strictObject({
    results: z.array(queryResultSchema),
    total_results: z.int().nonnegative(),
    confidence: z
      .enum(confidences)
      .describe('Whether the best results are about the question: by how many of its words they have, and where'),
    query_time_ms: z.number().nonnegative(),
    mode: z.enum(queryModes).describe('The mode that answered'),
    index_generation: z.int().nonnegative().describe('Rises with each commit; 0 when several projects were asked'),
    pending_files: z
      .int()
      .nonnegative()
      .describe('Files that are known to be newer than the index: changes that were noticed and are not committed yet, or failed'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'QueryResponse' });
export type QueryResponse = z.infer<typeof queryResponseSchema>;
/** What the index alone knows: how far the files have gone on since, the instance adds. */
export type IndexAnswer = Omit<QueryResponse, 'pending_files'>;

/** The warning of an answer from a project of which nothing was ever indexed. */
export const NOTHING_INDEXED = 'nothing is indexed yet';

export const chunkSchema = z
  .strictObject({
    chunk_id: z.string(),
    path: z.string(),
    language: z.string(),
    source_type: z.enum(sourceTypes),
    symbol: z.string().optional(),
    start_line: z.int().positive(),
    end_line: z.int().positive(),
    text: z.string(),
    previous_chunk_id: z.string().nullable(),
    next_chunk_id: z.string().nullable(),
    index_generation: z.int().nonnegative(),
  })
  .meta({ id: 'Chunk' });
export type ChunkView = z.infer<typeof chunkSchema>;
