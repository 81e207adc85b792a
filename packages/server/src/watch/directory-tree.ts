import fs from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { FolderView, type RepositoryFacts } from '@agent-brain/search/walk';
import { DirectoryNode } from './directory-node.ts';
import { lstatOf } from './lstat-of.ts';
import { MissingWatches } from './missing-watches.ts';
import { meaningOf } from './repository-marks.ts';
import { RepositoryWatches } from './repository-watches.ts';
import type { WatchListener, WatchScope } from './watch-source.ts';

export interface DirectoryTreeOptions {
  readonly scope: WatchScope;
  readonly facts: RepositoryFacts;
  readonly listener: Omit<WatchListener, 'onError'>;
  /** An event of the kernel has come. */
  readonly onEvent: () => void;
}

/** Longest work between two turns of the event loop: the kernel's queue is emptied in between. */
const SLICE_MS = 8;
/** More paths at once are compared as a whole. */
const MANY_PATHS = 1_000;
/** Between two reports, so that a file that is written in many pieces is not as many messages. */
const PAUSE_MS = 5;
/** After so long without a report somebody has to know that one is due. */
const BUSY_MS = 25;
/** The system refuses a watch to this process altogether: there is no use in asking for each directory. */
const limitCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM']);
const goneCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/**
 * One watch of the kernel for each directory of a folder that a walk would look into, and no others.
 *
 * A directory gets its watch first and is listed afterwards. So what is in it is seen by the listing, and what comes later by
 * the watch; what falls between is seen twice. Its ignore rules are read after the watch is there, for the same reason.
 * All changes of the tree happen in {@link DirectoryTree.#settle}, one after another; events only add to its list.
 */
export class DirectoryTree {
  readonly #options: DirectoryTreeOptions;
  readonly #root: DirectoryNode;
  readonly #repositories: RepositoryWatches;
  readonly #missing = new MissingWatches(() => this.#retry());
  /** Names in directories that have changed. `name`: what they name may be another thing than before. */
  #changed = new Map<string, { node: DirectoryNode; name: string; kind: 'content' | 'name' }>();
  /** Directories whose rules have changed, or that have to be looked through for another reason. */
  #stale = new Set<DirectoryNode>();
  /** Tops of repositories whose index has changed. */
  #indexes = new Set<DirectoryNode>();
  /** Changes of git's own files. */
  #gitMarks = new Set<string>();
  /** Events were lost. */
  #isLost = false;
  #isSettling = false;
  #firstMs: number | undefined;
  #isBusy = false;
  #isClosed = false;
  #hasFailed = false;
  #watched = 0;
  #reported = '';

  constructor(options: DirectoryTreeOptions) {
    this.#options = options;
    this.#root = new DirectoryNode(options.scope.folder);
    this.#repositories = new RepositoryWatches((top, name) => this.#onGit(top, name));
  }

  /** @throws what the system says when the folder itself cannot be watched */
  async open(): Promise<void> {
    const code = this.#watch(this.#root, true);
    if (code !== undefined && !limitCodes.has(code)) throw Object.assign(new Error(`${code}: ${this.#root.path}`), { code });
    this.#stale.add(this.#root);
    this.#isSettling = true;
    await this.#run();
  }

  close(): void {
    this.#isClosed = true;
    this.#missing.close();
    this.#repositories.close();
    this.#root.drop(() => {});
  }

  /** The kernel may have dropped events. Any directory may be another one than before, so all get new watches. */
  overflow(): void {
    this.#isLost = true;
    this.#recover([this.#root]);
  }

  /** The system has refused watches, or what reading the rules needs. */
  #retry(): void {
    if (this.#hasFailed) this.overflow();
    else this.#recover(this.#missing.nodes);
  }

  #recover(nodes: readonly DirectoryNode[]): void {
    for (const node of nodes) this.#stale.add(node);
    this.#arm();
  }

  #onEvent(node: DirectoryNode, type: string, name: string | null): void {
    this.#options.onEvent();
    if (this.#isClosed || node.isGone) return;
    // Of the directory itself: it was deleted, moved, or its attributes have changed. Its own name may also be that of an entry.
    if (name === null || name === node.name) this.#note(node.parent ?? node, node.parent === undefined ? '' : node.name, type);
    if (name !== null) this.#note(node, name, type);
    this.#arm();
  }

  #note(node: DirectoryNode, name: string, type: string): void {
    const key = name === '' ? node.path : `${node.path}/${name}`;
    if (type === 'rename' || !this.#changed.has(key)) this.#changed.set(key, { node, name, kind: type === 'rename' ? 'name' : 'content' });
  }

  #onGit(top: DirectoryNode, name: string): void {
    this.#options.onEvent();
    if (this.#isClosed) return;
    const mark = path.join(top.path, '.git', name);
    const meaning = meaningOf(path.relative(this.#root.path, mark));
    if (meaning === 'nothing') return;
    this.#gitMarks.add(mark);
    if (meaning === 'rules') this.#stale.add(top);
    if (name === 'index') this.#indexes.add(top);
    this.#arm();
  }

  #arm(): void {
    const now = performance.now();
    this.#firstMs ??= now;
    // While events keep coming libuv never leaves its loop: nothing but this line runs in this thread.
    if (!this.#isBusy && now - this.#firstMs >= BUSY_MS) this.#setBusy(true);
    if (this.#isSettling) return;
    this.#isSettling = true;
    void nextTurn().then(() => this.#run());
  }

  #setBusy(isBusy: boolean): void {
    if (this.#isBusy === isBusy) return;
    this.#isBusy = isBusy;
    this.#options.listener.onBusy(isBusy);
  }

  async #run(): Promise<void> {
    const busy = setTimeout(() => this.#setBusy(true), BUSY_MS);
    try {
      while (!this.#isClosed && this.#isAnyDue()) {
        await this.#trySettle();
        if (!this.#isClosed) await sleep(PAUSE_MS);
      }
    } finally {
      clearTimeout(busy);
      this.#isSettling = false;
      this.#firstMs = undefined;
      if (!this.#isClosed) this.#setBusy(false);
    }
  }

  #isAnyDue(): boolean {
    return this.#changed.size + this.#stale.size + this.#indexes.size + this.#gitMarks.size > 0;
  }

  /** Without descriptors no rules can be read: then nobody knows what is watched, until all is looked through again. */
  async #trySettle(): Promise<void> {
    try {
      await this.#settle();
    } catch (error) {
      this.#hasFailed = true;
      this.#missing.add(this.#root, (error as NodeJS.ErrnoException).code ?? 'UNKNOWN');
      this.#report([]);
    }
  }

  async #settle(): Promise<void> {
    const [changed, stale, indexes, marks, isLost] = [this.#changed, this.#stale, this.#indexes, this.#gitMarks, this.#isLost];
    this.#changed = new Map();
    this.#stale = new Set();
    this.#indexes = new Set();
    this.#gitMarks = new Set();
    this.#isLost = false;
    if (isLost) {
      this.#hasFailed = false;
      this.#missing.delete(this.#root);
    }
    const { listener, scope, facts } = this.#options;
    const view = new FolderView({ ...scope, maxFileBytes: 0 }, facts);
    for (const top of indexes) if (await this.#repositories.hasOtherIndex(top, view)) stale.add(top);
    const retried = stale.size > 0 ? this.#missing.nodes : [];
    for (const { node, name, kind } of changed.values()) await this.#look(node, name, kind, view, stale);
    // What is tracked although it is ignored depends on the rules as well.
    if (stale.size > 0) facts.forget();
    for (const node of stale) await this.#cover(node, view, isLost);
    if (this.#isClosed) return;
    // What has got its watch only now may have changed before.
    const late = retried.filter((node) => node.watcher !== undefined && !node.isGone).map((node) => node.path);
    this.#report([...changed.keys(), ...marks, ...late]);
    if (isLost) listener.onLoss();
  }

  #report(paths: readonly string[]): void {
    const { listener } = this.#options;
    const coverage = { watched: this.#watched, missing: this.#missing.count, examples: this.#missing.examples, code: this.#missing.code };
    const stand = JSON.stringify(coverage);
    if (stand !== this.#reported) listener.onCoverage(coverage);
    this.#reported = stand;
    if (paths.length > 0) listener.onChanges(paths.slice(0, MANY_PATHS));
    if (paths.length > MANY_PATHS) listener.onLoss();
  }

  /** What a name in a directory stands for now. */
  async #look(node: DirectoryNode, name: string, kind: 'content' | 'name', view: FolderView, stale: Set<DirectoryNode>): Promise<void> {
    if (node.isGone) return;
    if (name === '') {
      if (kind === 'name') stale.add(node);
      return;
    }
    if (name === '.git') {
      this.#repositories.refresh(node);
      // Whether it is entered at all is for its parent to say.
      stale.add(node);
      return;
    }
    if (meaningOf(name) === 'rules') stale.add(node);
    const known = node.children.get(name);
    if (kind === 'content' && known?.watcher !== undefined) return;
    if (lstatOf(path.join(node.path, name))?.isDirectory() === true) await this.#cover(node.child(name), view, true);
    else known?.drop((gone) => this.#forget(gone));
  }

  /**
   * Gives a directory and all beneath it their watches.
   * @param isForced also where there is one: it may be that of a directory which is gone
   */
  async #cover(start: DirectoryNode, view: FolderView, isForced: boolean): Promise<void> {
    const open = [start];
    let since = performance.now();
    for (let node = open.pop(); node !== undefined && !this.#isClosed; node = open.pop()) {
      if (node.isGone) continue;
      const code = this.#watch(node, isForced);
      const names = code !== undefined && goneCodes.has(code) ? undefined : await this.#directoriesIn(node, view);
      if (this.#isClosed) return;
      if (names === undefined) {
        if (node !== this.#root) node.drop((gone) => this.#forget(gone));
        continue;
      }
      // Watched or not, it is walked; a directory that cannot be listed is not.
      if (node.watcher === undefined && code !== undefined) this.#missing.add(node, code);
      for (const [name, child] of node.children) if (!names.has(name)) child.drop((gone) => this.#forget(gone));
      for (const name of names) open.push(node.child(name));
      if (performance.now() - since < SLICE_MS) continue;
      await nextTurn();
      since = performance.now();
    }
  }

  /** undefined: nobody walks it, or it is not there. */
  async #directoriesIn(node: DirectoryNode, view: FolderView): Promise<Set<string> | undefined> {
    if (!(await view.enters(node.path))) {
      this.#repositories.leave(node);
      return undefined;
    }
    let entries: fs.Dirent[];
    try {
      entries = fs.readdirSync(node.path, { withFileTypes: true });
    } catch {
      return undefined;
    }
    const hasGit = entries.some(({ name }) => name === '.git');
    if (hasGit || node.git !== undefined) this.#repositories.refresh(node);
    else if (node === this.#root) this.#repositories.watchAround(node);
    const names = entries.filter((entry) => entry.isDirectory() && entry.name !== '.git').map(({ name }) => name);
    return new Set(this.#options.scope.recursive === false ? [] : names);
  }

  /** @returns the code of the error when it gets none */
  #watch(node: DirectoryNode, isForced: boolean): string | undefined {
    if (node.watcher !== undefined && !isForced) return undefined;
    const before = node.watcher;
    let code: string | undefined;
    try {
      node.watcher = fs.watch(node.path, { persistent: false }, (type, name) => this.#onEvent(node, type, name));
      node.watcher.on('error', () => this.#recover([node]));
      this.#watched += 1;
      this.#missing.delete(node);
    } catch (error) {
      node.watcher = undefined;
      code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    }
    // The new one first: for the same directory the kernel keeps its watch, and no event is lost.
    if (before !== undefined) this.#watched -= 1;
    before?.close();
    return code;
  }

  #forget(node: DirectoryNode): void {
    if (node.watcher !== undefined) this.#watched -= 1;
    this.#missing.delete(node);
    this.#repositories.forget(node);
  }
}
