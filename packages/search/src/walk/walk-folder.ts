import { relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BatchBuilder } from './batch-builder.ts';
import { listDirectories, type Listed, type OpenDirectory, startDirectory } from './directory-listing.ts';
import { EntryFilter } from './entry-filter.ts';
import type { WalkBatch } from './file-candidate.ts';
import { listWithGit } from './git-listing.ts';
import { repositoryMark } from './repository-border.ts';
import type { WalkOptions } from './walk-options.ts';

/** Entries per batch, and how many are handed over where the next of them may take a while. */
const batchSize = 512;
const worthyBatchSize = 64;
/** Longest work between two turns of the event loop, in milliseconds. */
const sliceMs = 8;
/** Submodules within submodules are followed so deep. */
const maxSubmoduleDepth = 16;
const defaultGitTimeoutMs = 60_000;

interface Repository {
  readonly listing: AsyncIterable<Listed>;
  readonly depth: number;
}

/**
 * Every file beneath a folder that should be indexed, and every one that is not with the reason.
 * Each file comes once. What .gitignore leaves out is not told (there may be any number); a directory
 * left out for another reason is told once, with `/` at its end.
 *
 * Listed by git where it can, otherwise by ourselves; then `.ignore`, `.agent-brainignore`, globs and
 * the rules of names, kinds and sizes apply to either alike.
 * Calls stat synchronously, in slices of some milliseconds: meant for a worker thread.
 * @throws the signal's reason when it aborts; AgentBrainError `REQUEST_INVALID` for a bad glob or language
 */
export async function* walkFolder(options: WalkOptions): AsyncGenerator<WalkBatch, void> {
  const filter = new EntryFilter(options);
  const folder = relative(filter.base, options.folder).split(sep).join('/');
  yield* walkListed(filter, listRepository(filter, folder, options), options);
}

/**
 * Decides about all that is listed, and about what the submodules among it hold. Listings may name a path several times:
 * an unmerged one, two names that are no UTF-8 and become the same, and above all a file that turns from tracked to
 * untracked between the two lists git is asked for. It comes once, as it was met first.
 */
export async function* walkListed(
  filter: EntryFilter,
  first: AsyncIterable<Listed>,
  options: WalkOptions,
): AsyncGenerator<WalkBatch, void> {
  const batch = new BatchBuilder(batchSize);
  const met = new Set<string>();
  const repositories: Repository[] = [{ listing: first, depth: 0 }];
  let sliceStart = performance.now();
  for (let repository = repositories.shift(); repository !== undefined; repository = repositories.shift()) {
    for await (const { files, skips } of repository.listing) {
      batch.addSkips(skips);
      for (const path of files) {
        if (met.has(path)) continue;
        met.add(path);
        const verdict = filter.decide(path);
        batch.addSkips(filter.takeDirectorySkips());
        if (verdict === null) continue;
        if ('file' in verdict) batch.addFile(verdict.file);
        else if ('skip' in verdict) batch.addSkips([verdict.skip]);
        else if (options.recursive !== false && isSubmodule(filter, verdict.directory, repository))
          repositories.push({ listing: listRepository(filter, path, options), depth: repository.depth + 1 });
        if (batch.isFull()) yield batch.take();
        if (performance.now() - sliceStart < sliceMs) continue;
        await nextTurn();
        options.signal?.throwIfAborted();
        sliceStart = performance.now();
      }
      // What git tracks is known some ten milliseconds before the rest.
      if (batch.isFull(worthyBatchSize)) yield batch.take();
    }
  }
  if (!batch.isEmpty()) yield batch.take();
}

/** A directory among git's files is a gitlink; its files are its own repository's, when that is there. */
const isSubmodule = (filter: EntryFilter, directory: string, parent: Repository): boolean =>
  parent.depth < maxSubmoduleDepth && repositoryMark(filter.absolute(directory)) !== 'none';

/** Files of one repository, or of a directory outside any, in portions. */
export async function* listRepository(filter: EntryFilter, folder: string, options: WalkOptions): AsyncGenerator<Listed> {
  if (!filter.isOpen(folder)) {
    yield { files: [], skips: filter.takeDirectorySkips() };
    return;
  }
  if (options.useGit !== false) {
    for await (const listed of listGitRepository(filter, folder, options)) {
      if (listed === 'all') return;
      yield listed;
    }
  }
  yield* listOurselves(filter, startDirectory(filter, folder), options);
}

/**
 * As git lists it, `all` at the end. Without that git did not come so far, or lists nothing; then the folder itself may
 * be ignored, and who names it means it all the same.
 * What is tracked is known at once, while for the rest git has to read all directories: we go through the one
 * meanwhile.
 */
async function* listGitRepository(filter: EntryFilter, folder: string, options: WalkOptions): AsyncGenerator<Listed | 'all'> {
  const directory = filter.absolute(folder);
  const end = new AbortController();
  const git = {
    env: options.env ?? process.env,
    timeoutMs: options.gitTimeoutMs ?? defaultGitTimeoutMs,
    signal: options.signal === undefined ? end.signal : AbortSignal.any([options.signal, end.signal]),
  };
  const parts = (['tracked', 'untracked'] as const).map((selection) => listWithGit(directory, { ...git, selection }));
  // The second may fail while the first is still waited for; an unhandled rejection would end the thread.
  for (const part of parts) part.catch(() => {});
  let count = 0;
  try {
    for (const part of parts) {
      const listing = await part;
      if (listing.kind === 'refused') {
        const fields = { folder: directory, reason: listing.reason };
        options.log?.('info', 'git gives no list of files; walking the directories', fields);
        return;
      }
      count += listing.paths.length;
      if (listing.paths.length > 0) yield takeGitList(filter, folder, listing.paths, options);
    }
    if (count > 0) yield 'all';
  } finally {
    end.abort();
    await Promise.allSettled(parts);
  }
}

export async function* listOurselves(filter: EntryFilter, start: OpenDirectory, options: WalkOptions): AsyncGenerator<Listed> {
  for (const listed of listDirectories(filter, start, options.recursive !== false)) {
    yield listed;
    await nextTurn();
    options.signal?.throwIfAborted();
  }
}

/**
 * Takes the repositories inside, which git lists with `/` at their end, out of its list.
 * @param paths relative to `folder`
 */
export function takeGitList(filter: EntryFilter, folder: string, paths: readonly string[], options: WalkOptions): Listed {
  const prefix = folder === '' ? '' : `${folder}/`;
  const listed: Listed = { files: [], skips: [] };
  for (const path of paths) {
    const isDirectory = path.endsWith('/');
    if (options.recursive === false && (isDirectory || path.includes('/'))) continue;
    if (!isDirectory) listed.files.push(prefix + path);
    else if (filter.isOpen(prefix + path.slice(0, -1)))
      listed.skips.push(filter.directorySkip(prefix + path.slice(0, -1), 'nested_worktree'));
  }
  return listed;
}
