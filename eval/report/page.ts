import type { PublishedScores } from '../data/code-queries.ts';
import { againstTable, passageAgainstTable, publishedTable } from './comparison-tables.ts';
import { tokensTables } from '../tokens/tokens-tables.ts';
import type { TokenOutcome } from '../tokens/measure-tokens.ts';
import type { WindowOutcome } from '../windows/measure-windows.ts';
import { confidenceTable } from '../confidence/confidence-table.ts';
import type { ConfidenceOutcome } from '../confidence/measure-confidence.ts';
import { windowsTable } from '../windows/windows-table.ts';
import type { Corpus, CorpusRecord, RunRecord } from './run-record.ts';
import { languageTable, passageTable, repositoryTable, summaryTable } from './score-tables.ts';

export interface PageParts {
  before: RunRecord | null;
  published: PublishedScores;
  /** What was read to the first relevant file, where it was measured. */
  tokens: Partial<Record<Corpus, readonly TokenOutcome[]>>;
  /** Judgements of the shown lines, where they were measured. */
  windows: Partial<Record<Corpus, readonly WindowOutcome[]>>;
  /** Answers to questions about the repository and about others, where they were measured. */
  confidence: Partial<Record<Corpus, readonly ConfidenceOutcome[]>>;
  /** Tables, when they were asked for. */
  ablation: string | null;
  leaveOneOut: string | null;
}

const titles: Record<Corpus, string> = { roots: 'Benchmark roots', whole: 'Whole trees' };

/** The run as one Markdown page. */
export function renderPage(run: RunRecord, { before, published, tokens, windows, confidence, ablation, leaveOneOut }: PageParts): string {
  const parts = [`# Retrieval on ${run.date} at commit ${run.commit}`, scale];
  for (const [corpus, record] of Object.entries(run.corpora) as [Corpus, CorpusRecord][]) {
    const isRoots = corpus === 'roots';
    parts.push(`## ${titles[corpus]}`, totals(record), summaryTable(record));
    const earlier = before?.corpora[corpus];
    if (earlier !== undefined)
      parts.push(`Against commit ${before?.commit ?? ''} of ${before?.date ?? ''}:`, againstTable(record, earlier));
    if (isRoots && published.size > 0)
      parts.push('Beside what others published for these repositories (chunk lists):', publishedTable(record, published));
    parts.push(languageTable(record), repositoryTable(record, isRoots ? published : new Map()));
  }
  if (Object.keys(run.passages).length > 0) {
    parts.push('## Passages', passageTable(run.passages));
    if (before !== null && Object.keys(before.passages).length > 0) parts.push(passageAgainstTable(run.passages, before.passages));
  }
  if (Object.keys(tokens).length > 0) parts.push('## Tokens to the first relevant file', tokensNote);
  for (const [corpus, outcomes] of Object.entries(tokens) as [Corpus, readonly TokenOutcome[]][])
    parts.push(`${titles[corpus]}:`, tokensTables(outcomes));
  if (Object.keys(windows).length > 0) parts.push('## Shown lines', windowsNote);
  for (const [corpus, outcomes] of Object.entries(windows) as [Corpus, readonly WindowOutcome[]][])
    parts.push(`${titles[corpus]}:`, windowsTable(outcomes));
  if (Object.keys(confidence).length > 0) parts.push('## Confidence');
  for (const [corpus, outcomes] of Object.entries(confidence) as [Corpus, readonly ConfidenceOutcome[]][])
    parts.push(`${titles[corpus]}:`, confidenceTable(outcomes));
  if (ablation !== null) parts.push('## What each rule is worth', ablationNote, ablation);
  if (leaveOneOut !== null) parts.push('## Tuning on all languages but one', leaveOneOutNote, leaveOneOut);
  return `${parts.join('\n\n')}\n`;
}

const scale =
  'NDCG@10 with binary relevance: of the list of chunks as it is, which is what others publish, and of its distinct files. Intervals are 95 % of 10,000 bootstrap samples; over repositories is the stricter one, since the queries of a repository are not independent.';

const tokensNote =
  'What an agent has read when it meets the first file that answers, at four characters a token. `search`: the text of the search tool’s answer with its default budget, up to the end of that file’s entry. `rg`: the words of the query (three letters or more, no stop words) counted in every text file, case ignored; the list of the best 20 files, then those files read in the order of different words, then of matches.';

const windowsNote =
  'Window regret: the share of the best ten-line window of a chunk that the ten shown lines miss, by the inverse document frequency of the different words of the question. Results without any word of the question in their lines (matches by path) do not count.';

const ablationNote = 'NDCG@10 in distinct files with all rules, minus the same without the rule. The candidates stay the same.';

const leaveOneOutNote =
  'Each language is scored with constants that were tuned on all others, by coordinate descent from a plain start; benchmark roots, NDCG@10 in distinct files.';

const totals = ({ repositories, queries }: CorpusRecord): string => {
  const files = repositories.reduce((sum, { documents }) => sum + documents, 0);
  const languages = new Set(repositories.map(({ language }) => language)).size;
  return `${queries.length} queries over ${repositories.length} repositories in ${languages} languages, ${files} files.`;
};
