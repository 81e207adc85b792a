import { z } from 'zod';

export const findingSeverities = ['info', 'warn', 'critical'] as const;

export const findingSchema = z.strictObject({
  id: z.string().regex(/^F-\d{3}$/),
  severity: z.enum(findingSeverities),
  summary: z.string(),
  remediation: z.strictObject({ command: z.string().nullable(), description: z.string() }),
});
export type Finding = z.infer<typeof findingSchema>;

const suspectSchema = z.strictObject({
  pid: z.int().nullable().describe('null for a listener whose process nobody knows'),
  port: z.int().nullable().describe('null when it has lost its entry'),
  package_version: z.string().nullable(),
  reason: z.string().describe('why it was judged as it was'),
});

/** What `--reset` did. */
export const resetReportSchema = z.strictObject({
  swept: z.array(suspectSchema.extend({ by: z.enum(['request', 'SIGTERM', 'SIGKILL', 'itself']) })),
  skipped: z.array(suspectSchema.extend({ class: z.enum(['operator_required', 'never_touch']) })),
  failed: z.array(suspectSchema.extend({ failure: z.string().describe('why it still runs') })),
  cleaned: z.array(z.string()).describe('entries of daemons that have ended'),
  duration_ms: z.int(),
});
export type ResetReport = z.infer<typeof resetReportSchema>;

/** Sections stand before the findings; each part of the product adds its own. */
export const doctorReportSchema = z.strictObject({
  schema_version: z.literal(1),
  generated_at: z.iso.datetime(),
  reset: resetReportSchema.optional().describe('with --reset'),
  instance: z
    .strictObject({
      running: z.boolean().nullable().describe('null: it could not be determined in time'),
      mode: z.enum(['project', 'shared']).nullable(),
      pid: z.int().nullable(),
      port: z.int().nullable(),
      version: z.string().nullable(),
      record: z.enum(['ok', 'missing', 'corrupt', 'unsupported_version', 'stale', 'unknown']),
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
  daemon: z
    .strictObject({
      active: z.boolean().nullable().describe('It has proven itself; null: it could not be determined in time'),
      pid: z.int().nullable().describe('also of one that holds its lock and does not answer'),
      port: z.int().nullable(),
      package_version: z.string().nullable(),
      protocol_version: z.string().nullable(),
    })
    .describe('The user daemon of the home'),
  orphans: z
    .array(
      z.strictObject({
        pid: z.int(),
        port: z.int().nullable().describe('null when it has lost its entry'),
        package_version: z.string().nullable(),
        class: z.enum(['safe_auto', 'operator_required']).describe('safe_auto: `doctor --reset` ends it'),
        reason: z.string(),
      }),
    )
    .describe('Daemons that have lost their lock'),
  environment: z.strictObject({
    node: z.string(),
    platform: z.string(),
    git: z.string().nullable(),
    home: z.string(),
    state_dir: z.string().nullable(),
    inotify: z.strictObject({ max_user_watches: z.int().nullable(), max_user_instances: z.int().nullable() }),
  }),
  undetermined: z.array(z.string()).describe('What had no result in time, and gave no finding: the machine is busy, or somebody is silent'),
  findings: z.array(findingSchema),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;
