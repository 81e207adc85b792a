import { z } from 'zod';

/** About 2,500 tokens: what an agent can afford on every step. */
export const DEFAULT_MAX_CHARS = 8_000;

/** The budget of one answer, in characters of its text and of its JSON alike. */
export const maxCharsOf = (what: string): z.ZodDefault<z.ZodInt> =>
  z.int().min(1_000).max(100_000).default(DEFAULT_MAX_CHARS).describe(`Budget for ${what}, in characters`);
