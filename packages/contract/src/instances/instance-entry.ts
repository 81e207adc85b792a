import * as z from 'zod/mini';
import { projectRuntimeRecordSchema } from './runtime-record.ts';

/**
 * `~/.agent-brain/instances/<instance_id>.json`: the runtime record of an instance of its own, once more, and the state dir
 * whose lock it holds. A pull or a copy can put a record into a project, but nothing into the home: what this file does not
 * confirm is not believed. Holds the bearer token: mode 0600.
 */
export const instanceEntrySchema = z.extend(projectRuntimeRecordSchema, {
  /** Absolute, as it was when the instance started. */
  state_dir: z.string(),
  /** Device and inode of that directory, `<dev>:<ino>`: it may be moved, or be mounted at a second place. */
  state_dir_inode: z.string(),
});

export type InstanceEntry = z.infer<typeof instanceEntrySchema>;
