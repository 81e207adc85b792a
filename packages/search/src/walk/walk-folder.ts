import { relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BatchBuilder } from './batch-builder.ts';
import { listDirectories, type Listed, type OpenDirectory, startDirectory } from './directory-listing.ts';
import { EntryFilter } from './entry-filter.ts';
import type { WalkBatch } from './file-candidate.ts';
import { repositoryMark } from './repository-border.ts';
import { RepositoryFacts } from './repository-facts.ts';
import { listInRepository } from './repository-listing.ts';
import type { WalkOptions } from './walk-options.ts';

/** Entries per batch, and how many are handed over where the next of them may take a while. */
const batchSize = 512;
const worthyBatchSize = 64;
/** Longest work between two turns of the event loop, in milliseconds. */
const sliceMs = 8;
/** Submodules within submodules are followed so deep. */
const maxSubmoduleDepth = 16;

interface Repository {
  readonly listing: AsyncIterable<Listed>;
  readonly depth: number;
}

/**
 * Every file beneath a folder that should be indexed, and every one that is not with the reason.
 * Each file comes once. What .gitignore leaves out is not told (there may be any number); a directory
 * left out for another reason is told once, with `/` at its end.
 *
 * In a repository what its index has and what no rule of git ignores, found without git; then `.ignore`,
 * `.agent-brainignore`, globs and the rules of names, kinds and sizes apply.
 * Calls stat synchronously, in slices of some milliseconds: meant for a worker thread.
 * @throws the signal's reason when it aborts; AgentBrainError `REQUEST_INVALID` for a bad glob or language
 */
export async function* walkFolder(options: WalkOptions): AsyncGenerator<WalkBatch, void> {
  const filter = new EntryFilter(options);
  const folder = relative(filter.base, options.folder).split(sep).join('/');
  const facts = new RepositoryFacts(options.env ?? process.env);
  yield* walkListed(filter, listRepository(filter, folder, options, facts), options, facts);
}

/**
 * Decides about all that is listed, and about what the submodules among it hold. Listings may name a path several times:
 * an unmerged one, two names that are no UTF-8 and become the same, and above all what is tracked, which comes again with
 * its directory. It comes once, as it was met first.
 */
export async function* walkListed(
  filter: EntryFilter,
  first: AsyncIterable<Listed>,
  options: WalkOptions,
  facts: RepositoryFacts = new RepositoryFacts(options.env ?? process.env),
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
          repositories.push({ listing: listRepository(filter, path, options, facts), depth: repository.depth + 1 });
        if (batch.isFull()) yield batch.take();
        if (performance.now() - sliceStart < sliceMs) continue;
        await nextTurn();
        options.signal?.throwIfAborted();
        sliceStart = performance.now();
      }
      // What the index has is known before the rest.
      if (batch.isFull(worthyBatchSize)) yield batch.take();
    }
  }
  if (!batch.isEmpty()) yield batch.take();
}

/** A directory among what the index lists is a gitlink; its files are its own repository's, when that is there. */
const isSubmodule = (filter: EntryFilter, directory: string, parent: Repository): boolean =>
  parent.depth < maxSubmoduleDepth && repositoryMark(filter.absolute(directory)) === 'repository';

/** Files of one repository, or of a directory outside any, in portions. */
export async function* listRepository(
  filter: EntryFilter,
  folder: string,
  options: WalkOptions,
  facts: RepositoryFacts,
): AsyncGenerator<Listed> {
  if (!filter.isOpen(folder)) {
    yield { files: [], skips: filter.takeDirectorySkips() };
    return;
  }
  const repository = await facts.repository(filter.absolute(folder));
  if (repository === null) {
    yield* listOurselves(filter, startDirectory(filter, folder), options);
    return;
  }
  yield* inTurns(listInRepository(filter, folder, { repository, facts, isNamed: true }, options), options);
}

export const listOurselves = (filter: EntryFilter, start: OpenDirectory, options: WalkOptions): AsyncGenerator<Listed> =>
  inTurns(listDirectories(filter, start, options.recursive !== false), options);

/** Others have the thread between two portions. */
export async function* inTurns(listing: Iterable<Listed> | AsyncIterable<Listed>, options: WalkOptions): AsyncGenerator<Listed> {
  for await (const listed of listing) {
    yield listed;
    await nextTurn();
    options.signal?.throwIfAborted();
  }
}
