import { languageById } from '../languages/index.ts';
import type { RankRule } from './signal.ts';

const legacyFolders = /^(compat|_compat|compatibility|legacy|deprecated|obsolete)$/;
const exampleFolders = /^(examples?|_examples|samples?|demos?|docs?_src|playgrounds?|tutorials?|snippets?|bench|benches|benchmarks?)$/;
const vendoredFolders = /^(vendor|vendored|third[_-]?party|external|node_modules|single_include|dist|deps|extern)$/;
const historyStems = /^(changelog|changes|history|news|release[_-]?notes|releases|authors|contributors|license|licence|notice)$/;

/** A test repeats the words of what it tests, and is seldom what was asked for. Worth .104 on whole trees. */
const testPenalty: RankRule = (candidate, { shape }) =>
  candidate.sourceType === 'test' && !shape.asksFor.tests
    ? { rule: '×test', value: 0.3, reason: 'a test, and the query asks for none' }
    : null;

/** Old names live on in compatibility code beside the real thing. The development queries have no case of it. */
const legacyPenalty: RankRule = (candidate, { shape, factsOf }) => {
  const { segments, stem } = factsOf(candidate.path);
  if (shape.asksFor.legacy || !(folders(segments).some((name) => legacyFolders.test(name)) || legacyFolders.test(stem))) return null;
  return { rule: '×legacy', value: 0.3, reason: 'compatibility code' };
};

/** Examples use what the query names; they do not define it. Worth .014 on whole trees. */
const examplePenalty: RankRule = (candidate, { shape, factsOf }) => {
  const { segments, stem } = factsOf(candidate.path);
  if (shape.asksFor.examples || !(folders(segments).some((name) => exampleFolders.test(name)) || /^examples?$/.test(stem))) return null;
  return { rule: '×example', value: 0.3, reason: 'an example or a benchmark' };
};

/** What was copied in is not what the project is about. Worth .014 on whole trees. */
const vendoredPenalty: RankRule = (candidate, { factsOf }) =>
  folders(factsOf(candidate.path).segments).some((name) => vendoredFolders.test(name))
    ? { rule: '×vendored', value: 0.4, reason: 'a copy of other people’s code' }
    : null;

/** Files that only pass on what others define, and declarations without code. Worth less than .001. */
const barrelPenalty: RankRule = (candidate, { factsOf }) => {
  const name = factsOf(candidate.path).segments.at(-1) ?? '';
  if (/^(__init__\.pyi?|package-info\.java|index\.d\.ts|mod\.d\.ts)$/.test(name))
    return { rule: '×barrel', value: 0.5, reason: 'passes on what others define' };
  return name.endsWith('.d.ts') ? { rule: '×declarations', value: 0.7, reason: 'declarations without code' } : null;
};

/** Change logs and lists of names mention everything and explain nothing; matters among documents, of which the labels have none. */
const historyPenalty: RankRule = (candidate, { factsOf }) =>
  historyStems.test(factsOf(candidate.path).stem) ? { rule: '×history', value: 0.3, reason: 'a change log or a list of names' } : null;

/**
 * Documents say in the words of the question what code does in its own; who asks for code by its purpose
 * would get prose only. Worth .058 on whole trees. Their order among themselves stays.
 */
const documentPenalty: RankRule = (candidate, { shape }) =>
  candidate.sourceType === 'doc' && !shape.asksFor.documents
    ? { rule: '×document', value: 0.4, reason: 'a document, and the query does not ask for one' }
    : null;

/** Settings and data name things; they do not explain or define them. Worth .006 on whole trees. */
const settingsPenalty: RankRule = (candidate, { shape }) =>
  languageById(candidate.language)?.kind === 'config' && !shape.asksFor.settings
    ? { rule: '×settings', value: 0.5, reason: 'settings or data' }
    : null;

const folders = (segments: readonly string[]): string[] => segments.slice(0, -1).map((segment) => segment.toLowerCase());

export const penalties: readonly RankRule[] = [
  testPenalty,
  legacyPenalty,
  examplePenalty,
  vendoredPenalty,
  barrelPenalty,
  historyPenalty,
  documentPenalty,
  settingsPenalty,
];
