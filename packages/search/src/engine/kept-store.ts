import { fileIdentity, type IndexStore, inspectStoreFile, type StoreInfo } from '../store/index.ts';
import { isLost, openForWriting, type Renewal, setAsideAndRenew } from './renew-store.ts';

/** The store of the writer thread, open from command to command. */
export class KeptStore {
  readonly #renewal: Renewal;
  #open: { store: IndexStore; identity: string | null } | null = null;

  #replacements = 0;

  constructor(renewal: Renewal) {
    this.#renewal = {
      ...renewal,
      onReplaced: (store) => {
        this.#replacements += 1;
        renewal.onReplaced(store);
      },
    };
  }

  /** Whether there is a store to open; a damaged one counts, and one that is lost. */
  exists(): boolean {
    const { file } = this.#renewal;
    return inspectStoreFile(file).state !== 'missing' || isLost(file);
  }

  /**
   * A file that was removed can be written to for ever: when the path names another one by now, or none,
   * that one is opened or made.
   * @throws INDEX_NEWER, DISK_FULL; INDEX_CORRUPT when it may not be renewed
   */
  open(options: { isSuspect: boolean; mayRenew: boolean }): IndexStore {
    const { file } = this.#renewal;
    if (this.#open !== null && (options.isSuspect || fileIdentity(file) !== this.#open.identity)) this.close();
    this.#open ??= { store: openForWriting({ ...this.#renewal, ...options }), identity: fileIdentity(file) };
    return this.#open.store;
  }

  /**
   * The store turned out damaged when it was used: it is checked in full and repaired, or a new one is opened in its place.
   * One in which the check finds nothing is set aside all the same, as whatever it was would come again.
   */
  recover(): IndexStore {
    const before = this.#replacements;
    const store = this.open({ isSuspect: true, mayRenew: true });
    return this.#replacements > before ? store : this.renew().store;
  }

  /** Sets the store aside, which turned out damaged when it was used, and opens a new one. */
  renew(): { store: IndexStore; aside: string | null } {
    this.close();
    const renewed = setAsideAndRenew(this.#renewal);
    this.#open = { store: renewed.store, identity: fileIdentity(this.#renewal.file) };
    return renewed;
  }

  /** One short step of maintenance of an open store. @returns whether there may be more to do */
  maintain(): boolean {
    return this.#open?.store.maintain() ?? false;
  }

  /** null when none is open. */
  info(): StoreInfo | null {
    return this.#open?.store.read((view) => view.info()) ?? null;
  }

  /** Gives back what the store keeps for speed. */
  rest(): void {
    this.#open?.store.rest();
  }

  close(): void {
    this.#open?.store.close();
    this.#open = null;
  }
}
