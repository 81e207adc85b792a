import { isAgentBrainError } from '@agent-brain/contract/errors';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import type { Engine, IndexConfig } from '@agent-brain/search/engine';
import type { Clock } from '../clock/index.ts';
import type { JobQueue } from '../jobs/index.ts';

export interface SelfRepairOptions {
  readonly root: string;
  readonly engine: Pick<Engine, 'update' | 'folderRequests' | 'status'>;
  readonly queue: Pick<JobQueue, 'interlude'>;
  readonly indexConfig: IndexConfig;
  readonly clock: Clock;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** After a repair that failed; twice as long after each further one. */
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Repairs a damaged or lost index without being asked, whether its folders are watched or not: all of them are compared,
 * which also opens the store, checks it, and takes out or sets aside what is damaged.
 */
export class SelfRepair {
  readonly #options: SelfRepairOptions;
  #isGoingOn = false;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: SelfRepairOptions) {
    this.#options = options;
  }

  /** Begins soon, in turn with the jobs, and tries again until it succeeds or the project is closed. Never throws. */
  begin(): void {
    if (this.#isGoingOn) return;
    this.#isGoingOn = true;
    void this.#repair();
  }

  async #repair(): Promise<void> {
    const { root, log, queue, indexConfig, engine } = this.#options;
    try {
      const stats = await queue.interlude({
        submission: { operation: 'index', folder: root, request: indexRequestSchema.parse({ folder_path: root }) },
        perform: async (run) => {
          const folders = (await engine.folderRequests()).map(({ folderPath }) => folderPath);
          return engine.update({ paths: [root, ...folders], config: indexConfig, ...run });
        },
      });
      log.info({ added: stats.added, changed: stats.changed, removed: stats.removed }, 'the damaged index is repaired');
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#isGoingOn = false;
    } catch (error) {
      if (!isClosing(error)) this.#tryAgain(error);
    }
  }

  #tryAgain(error: unknown): void {
    const { engine, clock, log } = this.#options;
    if (!engine.status().needsRenewal) {
      this.#isGoingOn = false;
      return;
    }
    log.warn({ err: error, again_in_s: this.#pauseMs / 1_000 }, 'the damaged index could not be repaired yet');
    clock.after(this.#pauseMs, () => void this.#repair());
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }
}

const isClosing = (error: unknown): boolean =>
  isAgentBrainError(error) && (error.code === 'SHUTTING_DOWN' || error.code === 'INDEX_CLOSED');
