import { z } from 'zod';

export const indexedFolderSchema = z
  .strictObject({
    folder_path: z.string(),
    documents: z.int().nonnegative(),
    chunks: z.int().nonnegative(),
    last_indexed_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'IndexedFolder' });
export type IndexedFolder = z.infer<typeof indexedFolderSchema>;

export const folderListSchema = z.strictObject({ folders: z.array(indexedFolderSchema) }).meta({ id: 'FolderList' });
export type FolderList = z.infer<typeof folderListSchema>;

/** Query of `DELETE /index/folders`. */
export const folderRemovalSchema = z.strictObject({
  folder_path: z.string().min(1).max(4096),
  project_id: z.string().optional(),
});
