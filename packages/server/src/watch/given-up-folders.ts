import type { Job } from '@agent-brain/contract/jobs';
import type { Engine } from '@agent-brain/search/engine';

/**
 * Folders whose run a person has cancelled before the folder was ever complete. Watching would finish behind their back
 * what they have ended; the next run that completes makes the folder one like the others.
 */
export class GivenUpFolders {
  readonly #cancelled = new Set<string>();

  /** A job that somebody has asked for has ended. */
  note({ status, folder_path: folder }: Pick<Job, 'status' | 'folder_path'>): void {
    if (status === 'cancelled') this.#cancelled.add(folder);
    else if (status === 'completed') this.#cancelled.delete(folder);
  }

  async among(engine: Pick<Engine, 'folders'>): Promise<ReadonlySet<string>> {
    if (this.#cancelled.size === 0) return this.#cancelled;
    const complete = (await engine.folders()).filter(({ last_indexed_at }) => last_indexed_at !== null);
    const paths = new Set(complete.map(({ folder_path }) => folder_path));
    return new Set([...this.#cancelled].filter((folder) => !paths.has(folder)));
  }
}
