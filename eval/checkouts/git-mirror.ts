import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

/** No network, no writes, nobody's configuration: a mirror is only read. */
const environment = { ...process.env, GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };

export interface Blob {
  object: string;
  /** Relative to the root of the repository, `/` separators. */
  path: string;
}

/** One repository as a bare mirror, read by git's own commands. */
export class GitMirror {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** The mirror `<owner>+<name>/repo` below `folder`, or null. */
  static find(folder: string, github: string): GitMirror | null {
    const directory = path.join(folder, github.replace('/', '+'), 'repo');
    return existsSync(path.join(directory, 'objects')) ? new GitMirror(directory) : null;
  }

  has(commit: string): boolean {
    try {
      this.#read('rev-parse', '--verify', '--quiet', `${commit}^{commit}`);
      return true;
    } catch {
      return false;
    }
  }

  /** Plain files of a commit, below `root` if given. Links, submodules and paths that would leave a folder are left out. */
  files(commit: string, root: string | null): Blob[] {
    const listing = this.#read('ls-tree', '-r', '-z', '--full-tree', commit, ...(root === null ? [] : ['--', root]));
    return listing.split('\0').flatMap((line) => {
      const entry = /^(100\d{3}) blob ([0-9a-f]+)\t(.*)$/s.exec(line);
      const [object, file] = [entry?.[2], entry?.[3]];
      return object !== undefined && file !== undefined && staysInside(file) ? [{ object, path: file }] : [];
    });
  }

  /** Contents in the order of `blobs`; null for an object that the mirror lacks. */
  async *contents(blobs: readonly Blob[]): AsyncGenerator<Buffer | null> {
    const git = spawn('git', [`--git-dir=${this.#directory}`, 'cat-file', '--batch'], {
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // A child that died shows itself by the end of its output.
    git.stdin.on('error', () => {});
    git.stdin.end(blobs.map(({ object }) => `${object}\n`).join(''));
    const reader = new BatchReader(git.stdout);
    for (const _ of blobs) yield await reader.next();
  }

  #read(...argv: string[]): string {
    return execFileSync('git', [`--git-dir=${this.#directory}`, ...argv], {
      env: environment,
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString('utf8');
  }
}

const staysInside = (file: string): boolean =>
  !/[\\\ufffd]/.test(file) && file.split('/').every((part) => !['', '.', '..'].includes(part) && part.toLowerCase() !== '.git');

/** The output of `git cat-file --batch`: a line with object, type and size, the content, a line feed. */
class BatchReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  async next(): Promise<Buffer | null> {
    let end = this.#held.indexOf(10);
    for (; end === -1; end = this.#held.indexOf(10)) this.#held = Buffer.concat([this.#held, await this.#more()]);
    const [, type, size] = this.#held.subarray(0, end).toString().split(' ');
    this.#held = this.#held.subarray(end + 1);
    if (type === 'missing' || size === undefined) return null;
    const content = await this.#take(Number(size) + 1);
    return content.subarray(0, -1);
  }

  async #take(count: number): Promise<Buffer> {
    const parts = [this.#held];
    for (let length = this.#held.length; length < count; ) {
      const part = await this.#more();
      parts.push(part);
      length += part.length;
    }
    const all = Buffer.concat(parts);
    this.#held = all.subarray(count);
    return all.subarray(0, count);
  }

  async #more(): Promise<Buffer> {
    const { value, done } = await this.#source.next();
    if (done === true) throw new Error('git cat-file ended before the last object');
    return value;
  }
}
