import { mkdirSync, realpathSync } from 'node:fs';
import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { type QueryRequestInput, type QueryResult, queryRequestSchema } from '@agent-brain/contract/query';
import { type Engine, type IndexConfig, openEngine } from '@agent-brain/search/engine';

/** As the product is configured when nobody has configured anything. */
const config: IndexConfig = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1_000_000 };

export interface IndexedSize {
  documents: number;
  chunks: number;
  bytes: number;
}

/** A folder indexed by the product's engine, and asked as the product is. */
export class IndexedFolder {
  readonly #engine: Engine;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Indexes `folder` into `dataDir`, where an earlier run's index is taken up again: unchanged files cost a stat.
   * One parse thread, so that two runs over the same files give the same index.
   */
  static async open(folder: string, dataDir: string): Promise<IndexedFolder> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const root = realpathSync(folder);
    const engine = await openEngine({ projectRoot: root, dataDir: realpathSync(dataDir), parseWorkers: 1 });
    try {
      const request = indexRequestSchema.parse({ folder_path: root });
      await engine.index({ folder: root, operation: 'index', request, config, signal: new AbortController().signal, onProgress: () => {} });
    } catch (error) {
      await engine.close();
      throw error;
    }
    return new IndexedFolder(engine);
  }

  get size(): IndexedSize {
    const { documents, chunks, bytes } = this.#engine.status();
    return { documents, chunks, bytes };
  }

  /** Results, best first, with the paths relative to the folder. */
  async ask(request: QueryRequestInput): Promise<readonly QueryResult[]> {
    return (await this.answer(request)).results;
  }

  answer(request: QueryRequestInput): ReturnType<Engine['query']> {
    return this.#engine.query(queryRequestSchema.parse(request));
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}
