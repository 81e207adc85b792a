import { z } from 'zod';
import { globListSchema } from '../globs/index.ts';

export const queryModes = ['bm25', 'vector', 'hybrid', 'graph', 'multi'] as const;
export const sourceTypes = ['code', 'doc', 'test'] as const;
export type SourceType = (typeof sourceTypes)[number];

/** Body of `POST /query`. */
export const queryRequestSchema = z
  .strictObject({
    query: z.string().min(1).max(65_536).describe('Words, an identifier; "words in quotes" stand together; begin* is a beginning'),
    project_id: z.string().optional(),
    project_ids: z
      .array(z.string())
      .min(1)
      .max(64)
      .optional()
      .describe('Shared mode: several projects at once, instead of project_id; results are labelled by project'),
    mode: z.enum(queryModes).default('hybrid'),
    top_k: z.int().min(1).max(100).default(10).describe('Results at the most'),
    alpha: z.number().min(0).max(1).optional().describe('Weight of vectors in hybrid mode; from the query when absent'),
    threshold: z.number().min(0).max(1).optional().describe('Drop results that score below'),
    path_globs: globListSchema({ most: 64 }).optional(),
    languages: z.array(z.string().max(64)).max(64).optional(),
    source_types: z.array(z.enum(sourceTypes)).max(3).optional(),
    group: z.enum(['file', 'chunk']).default('file').describe('file: one result per file, with its best span'),
    context_lines: z.int().min(0).max(100).optional().describe('Lines shown around the span'),
    max_chars: z.int().min(100).max(1_000_000).optional().describe('Budget for all texts together, in characters'),
    explain: z.boolean().default(false),
  })
  .meta({ id: 'QueryRequest' });

export type QueryRequest = z.infer<typeof queryRequestSchema>;
export type QueryRequestInput = z.input<typeof queryRequestSchema>;
