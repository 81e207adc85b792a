import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commitOf } from '../bench/frame/table.ts';
import { askPassages } from './asking/ask-passages.ts';
import { askRepository, type RepositoryOutcome } from './asking/ask-repositories.ts';
import { passageSources } from './asking/passage-sets.ts';
import { findCheckout } from './checkouts/find-checkouts.ts';
import { type CodeSet, loadCodeSet, type Repository } from './data/code-queries.ts';
import { DataError } from './data/json-lines.ts';
import { compareModes, renderComparison } from './isolation/compare-modes.ts';
import { loadPassageSet } from './data/passages.ts';
import { mean } from './metric/bootstrap.ts';
import { type EvalOptions, readOptions } from './options/options.ts';
import { type PageParts, renderPage } from './report/page.ts';
import { type Corpus, readRun, recordOf, type RunRecord, writeRun } from './report/run-record.ts';
import { measureTokens, type TokenOutcome } from './tokens/measure-tokens.ts';
import { type ConfidenceOutcome, measureConfidence } from './confidence/measure-confidence.ts';
import { measureWindows, type WindowOutcome } from './windows/measure-windows.ts';
import { ablationTable } from './tuning/ablation.ts';
import { gatherCandidates, type GatheredQuery } from './tuning/gather-candidates.ts';
import { leaveOneOutTable } from './tuning/leave-one-out.ts';

/** Measures how well the product finds things: see eval/README.md. */
const root = path.resolve(import.meta.dirname, '..');
/** Folder of the queries over repositories, below the data directory. */
const codeFolder = 'semble-dev';

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof DataError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(options: EvalOptions): Promise<void> {
  const before = options.against === null ? null : readRun(options.against);
  const run: RunRecord = { format: 1, commit: commitOf(root), date: new Date().toISOString().slice(0, 10), corpora: {}, passages: {} };
  const set = options.source === null ? null : loadCodeSet(path.join(options.data, codeFolder));
  if (options.modes && set !== null) return await askBothModes(set, options);
  const gathered: Partial<Record<Corpus, GatheredQuery[]>> = {};
  const lists: string[] = [];
  const tokens: PageParts['tokens'] = {};
  const windows: PageParts['windows'] = {};
  const confidence: PageParts['confidence'] = {};
  if (set !== null) {
    for (const corpus of options.whole ? (['roots', 'whole'] as const) : (['roots'] as const)) {
      const outcomes = await askCorpus(set, corpus, options);
      run.corpora[corpus] = recordOf(outcomes);
      lists.push(...outcomes.flatMap(listsOf));
      if (options.tokens) tokens[corpus] = await measureAllTokens(set, corpus, options);
      if (options.windows) windows[corpus] = await measureAllWindows(set, corpus, options);
      if (options.confidence) confidence[corpus] = await measureAllConfidence(set, corpus, options);
      if (options.ablation || options.leaveOneOut) {
        gathered[corpus] = outcomes.flatMap(({ repository, queries }) =>
          gatherCandidates(
            path.join(indexFolder(options, corpus), repository.repo),
            queries.map(({ query }) => query),
          ),
        );
      }
    }
  }
  if (options.passages) run.passages = await askAllPassages(options);
  const page = renderPage(run, {
    before,
    tokens,
    windows,
    confidence,
    published: set?.published ?? new Map(),
    ablation: options.ablation && set !== null ? ablationTable(gathered) : null,
    leaveOneOut: options.leaveOneOut && gathered.roots !== undefined ? leaveOneOutTable(gathered.roots) : null,
  });
  console.log(page);
  if (options.markdown !== null) writeFileSync(options.markdown, page);
  if (options.json !== null) writeRun(options.json, run);
  if (options.results !== null) writeFileSync(options.results, lists.join(''));
}

function indexFolder({ work }: EvalOptions, corpus: Corpus | 'passages'): string {
  return path.join(work, 'index', corpus);
}

interface FoundCheckout {
  repository: Repository;
  folder: string;
}

/** Those that are there; the others are named. @throws DataError when there is none */
async function findAllCheckouts({ repositories }: CodeSet, corpus: Corpus, { source, only, work }: EvalOptions): Promise<FoundCheckout[]> {
  if (source === null) return [];
  const unknown = only.filter((name) => !repositories.some(({ repo }) => repo === name));
  if (unknown.length > 0) throw new DataError(`--only: the data has no repository ${unknown.join(', ')}`);
  const found: FoundCheckout[] = [];
  for (const repository of repositories.filter(({ repo }) => only.length === 0 || only.includes(repo))) {
    const checkout = await findCheckout(repository, { source, work, whole: corpus === 'whole' });
    if ('missing' in checkout) console.error(`${repository.repo}: left out, ${checkout.missing}`);
    else found.push({ repository, folder: checkout.folder });
  }
  if (found.length === 0) throw new DataError('no repository could be asked: every one was left out, for the reasons above');
  return found;
}

async function askCorpus(set: CodeSet, corpus: Corpus, options: EvalOptions): Promise<RepositoryOutcome[]> {
  const outcomes: RepositoryOutcome[] = [];
  for (const { repository, folder } of await findAllCheckouts(set, corpus, options)) {
    const own = set.queries.filter(({ repo }) => repo === repository.repo);
    const outcome = await askRepository(repository, own, { folder, dataDir: indexFolder(options, corpus) });
    outcomes.push(outcome);
    const score = mean(outcome.queries.map(({ distinctFiles }) => distinctFiles.ndcg));
    console.error(`${corpus} ${repository.repo}: ${score.toFixed(4)} (${outcome.size.documents} files)`);
  }
  return outcomes;
}

async function askBothModes(set: CodeSet, options: EvalOptions): Promise<void> {
  const checkouts = await findAllCheckouts(set, 'roots', options);
  const asked = checkouts.map(({ repository: { repo }, folder }) => ({
    name: repo,
    folder,
    queries: set.queries.filter((query) => query.repo === repo),
  }));
  const work = mkdtempSync(path.join(os.tmpdir(), 'agent-brain-modes-'));
  try {
    const comparisons = await compareModes(asked, work);
    console.log(renderComparison(comparisons));
    if (comparisons.some(({ different }) => different.length > 0)) process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** As external scorers read them: one JSON line per query, best first. */
function listsOf({ queries }: RepositoryOutcome): string[] {
  return queries.map(({ query, found }) => {
    const results = found.map(({ path: file, startLine, endLine }) => ({ path: file, start_line: startLine, end_line: endLine }));
    return `${JSON.stringify({ id: query.id, results })}\n`;
  });
}

async function measureAllTokens(set: CodeSet, corpus: Corpus, options: EvalOptions): Promise<TokenOutcome[]> {
  const outcomes: TokenOutcome[] = [];
  for (const { repository, folder } of await findAllCheckouts(set, corpus, options)) {
    const own = set.queries.filter(({ repo }) => repo === repository.repo);
    outcomes.push(...(await measureTokens(own, { repo: repository.repo, folder, dataDir: indexFolder(options, corpus) })));
  }
  return outcomes;
}

async function measureAllWindows(set: CodeSet, corpus: Corpus, options: EvalOptions): Promise<WindowOutcome[]> {
  const outcomes: WindowOutcome[] = [];
  for (const { repository, folder } of await findAllCheckouts(set, corpus, options)) {
    const own = set.queries.filter(({ repo }) => repo === repository.repo);
    outcomes.push(...(await measureWindows(own, { folder, dataDir: path.join(indexFolder(options, corpus), repository.repo) })));
  }
  return outcomes;
}

async function measureAllConfidence(set: CodeSet, corpus: Corpus, options: EvalOptions): Promise<ConfidenceOutcome[]> {
  const checkouts = await findAllCheckouts(set, corpus, options);
  const asked = set.queries.filter(({ repo }) => checkouts.some(({ repository }) => repository.repo === repo));
  const outcomes: ConfidenceOutcome[] = [];
  for (const { repository, folder } of checkouts) {
    const dataDir = path.join(indexFolder(options, corpus), repository.repo);
    outcomes.push(...(await measureConfidence(asked, repository.repo, { folder, dataDir })));
  }
  return outcomes;
}

async function askAllPassages(options: EvalOptions): Promise<RunRecord['passages']> {
  const passages: RunRecord['passages'] = {};
  for (const { name, folder, naming } of passageSources) {
    const source = path.join(options.data, folder);
    if (!existsSync(source)) {
      console.error(`${name}: left out, there is no ${source}`);
      continue;
    }
    const files = path.join(options.work, 'checkouts', 'passages', name);
    mkdirSync(files, { recursive: true });
    passages[name] = await askPassages(loadPassageSet(source), {
      folder: files,
      dataDir: path.join(indexFolder(options, 'passages'), name),
      naming,
    });
  }
  return passages;
}
