import { z } from 'zod';
import { errorCodes, errorKinds, type ErrorKind, type Problem } from '../errors/index.ts';

const kinds = Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]];

/** RFC 9457 `application/problem+json`; the form of every error at every door. */
export const problemSchema = z
  .strictObject({
    type: z.string().describe('URI that names the code'),
    title: z.string(),
    status: z.int().min(100).max(599),
    detail: z.string().describe('What happened, with the value, and why'),
    instance: z.string().optional().describe('urn:uuid of the request'),
    code: z.enum(errorCodes),
    kind: z.enum(kinds),
    hint: z.string().optional().describe('What to do next'),
    retry_after_s: z.number().nonnegative().optional(),
    errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem' }) satisfies z.ZodType<Problem>;
