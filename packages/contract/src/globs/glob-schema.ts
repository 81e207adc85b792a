import { z } from 'zod';
import { globFault } from './parse-globs.ts';

/** A list of globs in a request or a configuration file; a list with a glob that cannot be read is refused, at its place. */
export const globListSchema = ({ least = 0, most }: { least?: number; most: number }) =>
  z
    .array(z.string().min(least).max(512))
    .max(most)
    .superRefine((patterns, context) => {
      const fault = globFault(patterns);
      if (fault === undefined) return;
      const path = fault.index === undefined ? [] : [fault.index];
      context.addIssue({ code: 'custom', path, message: `${fault.message}. ${fault.hint}` });
    });
