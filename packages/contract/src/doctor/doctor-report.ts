import { z } from 'zod';

export const findingSeverities = ['info', 'warn', 'critical'] as const;

export const findingSchema = z.strictObject({
  id: z.string().regex(/^F-\d{3}$/),
  severity: z.enum(findingSeverities),
  summary: z.string(),
  remediation: z.strictObject({ command: z.string().nullable(), description: z.string() }),
});
export type Finding = z.infer<typeof findingSchema>;

/** Sections stand before the findings; each part of the product adds its own. */
export const doctorReportSchema = z.strictObject({
  schema_version: z.literal(1),
  generated_at: z.iso.datetime(),
  instance: z
    .strictObject({
      running: z.boolean(),
      mode: z.enum(['project', 'shared']).nullable(),
      pid: z.int().nullable(),
      port: z.int().nullable(),
      version: z.string().nullable(),
      record: z.enum(['ok', 'missing', 'corrupt', 'unsupported_version', 'stale']),
    })
    .nullable()
    .describe('null outside a project'),
  index: z
    .strictObject({
      documents: z.int(),
      chunks: z.int(),
      bytes: z.int(),
      format: z.string().nullable().describe('null where the instance does not tell'),
      generation: z.int(),
      stale_files: z.int().nullable(),
    })
    .nullable(),
  environment: z.strictObject({
    node: z.string(),
    platform: z.string(),
    git: z.string().nullable(),
    home: z.string(),
    state_dir: z.string().nullable(),
    inotify: z.strictObject({ max_user_watches: z.int().nullable(), max_user_instances: z.int().nullable() }),
  }),
  findings: z.array(findingSchema),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;
