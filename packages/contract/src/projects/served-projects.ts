import { z } from 'zod';

/** `?project_id=` of what is about one project; an instance of one project ignores it. */
export const projectQuerySchema = z.strictObject({ project_id: z.string().optional() });

/** A project that the user daemon serves. */
export const servedProjectSchema = z
  .strictObject({
    project_id: z.string(),
    project_root: z.string(),
    name: z.string(),
    state_dir: z.string(),
    loaded: z.boolean().describe('Its index is in memory; otherwise it is loaded with the next question'),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ServedProject' });

export const servedProjectListSchema = z.strictObject({ projects: z.array(servedProjectSchema) }).meta({ id: 'ServedProjectList' });

/** Body of `POST /projects`. */
export const projectRegistrationSchema = z
  .strictObject({
    project_root: z.string().min(1).max(4096).describe('Absolute path of a directory'),
    allow_system_directory: z
      .boolean()
      .optional()
      .describe('Accept the home directory, the root of a file system or a directory of the system, which are refused otherwise'),
  })
  .meta({ id: 'ProjectRegistration' });

/** `GET /projects/{id}/status`. */
export const projectStatusSchema = z
  .strictObject({
    project_id: z.string(),
    project_root: z.string(),
    total_documents: z.int().nonnegative(),
    total_chunks: z.int().nonnegative(),
    last_indexed_at: z.iso.datetime().nullable(),
    indexing_in_progress: z.boolean(),
  })
  .meta({ id: 'ProjectStatus' });

/** `DELETE /projects/{id}`. */
export const projectRemovalSchema = z
  .strictObject({ project_id: z.string(), purged: z.boolean(), storage: z.string().describe('Where its index lies, or lay') })
  .meta({ id: 'ProjectRemoval' });

export type ServedProject = z.infer<typeof servedProjectSchema>;
export type ServedProjectList = z.infer<typeof servedProjectListSchema>;
export type ServedProjectStatus = z.infer<typeof projectStatusSchema>;
export type ProjectRemoval = z.infer<typeof projectRemovalSchema>;
