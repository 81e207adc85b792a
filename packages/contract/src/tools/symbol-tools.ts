import { z } from 'zod';
import { queryRequestSchema } from '../query/index.ts';
import { maxCharsOf } from './budget.ts';
import type { ToolSpec } from './tool-spec.ts';

/** What an answer rests on. `text`: on words and the shapes of lines; nothing was resolved. */
const symbolBasisSchema = z.enum(['text']);

const inputSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(256)
    .regex(/^\S+$/, 'must be one name, without spaces')
    .describe('An identifier; `Type.method` and `ns::name` look for their last part'),
  path_globs: queryRequestSchema.shape.path_globs.describe('Only files that match'),
  languages: queryRequestSchema.shape.languages,
  max_results: z.int().min(1).max(100).default(30),
  max_chars: maxCharsOf('the whole answer'),
});

const placeSchema = z.strictObject({
  path: z.string().describe('Relative to the project root'),
  line: z.int().positive(),
  text: z.string().describe('The line'),
  symbol: z.string().optional().describe('What the line lies in'),
  chunk_id: z.string().describe('For get_chunk'),
});

const outputOf = (description: string) =>
  z.strictObject({
    name: z.string().describe('What was looked for'),
    basis: symbolBasisSchema.describe('text: by words and the shape of lines; nothing was resolved, so check before relying on it'),
    places: z.array(placeSchema).describe(description),
    complete: z.boolean().describe('false: there may be more than was looked at or shown'),
    warnings: z.array(z.string()),
  });

const readOnly = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

export const findSymbolTool = {
  title: 'Find a definition',
  description:
    'Where a function, class, type or constant of this name is defined. Found by the declarations that the index knows; names are not resolved.',
  input: inputSchema,
  output: outputOf('Lines that define the name, best first'),
  annotations: readOnly,
} as const satisfies ToolSpec;

export const findCallersTool = {
  title: 'Find call sites',
  description:
    'Lines that look like calls of a function or method (`name(`), with what they lie in. Textual: a call of another function of the same name is among them, one through an alias is not.',
  input: inputSchema,
  output: outputOf('Lines that look like calls'),
  annotations: readOnly,
} as const satisfies ToolSpec;

export const findReferencesTool = {
  title: 'Find uses of a name',
  description: 'Lines in which an identifier occurs as a whole word, definitions, comments and documents included. Textual.',
  input: inputSchema,
  output: outputOf('Lines with the name'),
  annotations: readOnly,
} as const satisfies ToolSpec;
