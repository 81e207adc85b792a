import type { RegistryEntry } from '@agent-brain/contract/instances';

/** Projects that are taken at once in the background: there is no hurry, and others start as well. */
const AT_ONCE = 2;

/**
 * What the daemon before this one served. Taking a project up costs some disk writes; fifty of them would keep a client that
 * waits for the daemon waiting. They are taken in the background, and one that is asked for at once.
 */
export class RestoredProjects {
  readonly #take: (entry: RegistryEntry) => Promise<void>;
  readonly #waiting = new Map<string, RegistryEntry>();
  readonly #underway = new Map<string, { entry: RegistryEntry; taken: Promise<void> }>();

  /** @param take never rejects */
  constructor(take: (entry: RegistryEntry) => Promise<void>) {
    this.#take = take;
  }

  /** Those that are not taken yet. */
  get waiting(): RegistryEntry[] {
    return [...this.#waiting.values(), ...[...this.#underway.values()].map(({ entry }) => entry)];
  }

  wait(entries: readonly RegistryEntry[]): void {
    for (const entry of entries) this.#waiting.set(entry.project_id, entry);
  }

  /** None of those that wait is taken any more. */
  forget(): void {
    this.#waiting.clear();
  }

  async takeId(id: string): Promise<void> {
    const entry = this.#waiting.get(id);
    if (entry !== undefined) this.#begin(entry);
    await this.#underway.get(id)?.taken;
  }

  async takeRoot(root: string): Promise<void> {
    const entry = this.waiting.find(({ project_root }) => project_root === root);
    if (entry !== undefined) await this.takeId(entry.project_id);
  }

  async takeAll(): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let [next] = this.#waiting.keys(); next !== undefined; [next] = this.#waiting.keys()) await this.takeId(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  #begin(entry: RegistryEntry): void {
    this.#waiting.delete(entry.project_id);
    const taken = this.#take(entry).finally(() => void this.#underway.delete(entry.project_id));
    this.#underway.set(entry.project_id, { entry, taken });
  }
}
