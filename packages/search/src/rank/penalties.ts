import { languageById } from '../languages/index.ts';
import type { ChunkMatch } from '../store/index.ts';
import type { PathFacts, RankContext, RankRule } from './signal.ts';

const legacyFolders = /^(compat|_compat|compatibility|legacy|deprecated|obsolete)$/;
const exampleFolders = /^(examples?|_examples|samples?|demos?|docs?_src|playgrounds?|tutorials?|snippets?|bench|benches|benchmarks?)$/;
/** Code that stands beside prose belongs to it. */
const documentFolders = /^(docs?|documentation|website|www)$/;
const vendoredFolders = /^(vendor|vendored|third[_-]?party|external|node_modules|single_include|dist|deps|extern)$/;
const historyStems = /^(changelog|changes|history|news|release[_-]?notes|releases|authors|contributors|license|licence|notice)$/;
const barrelNames = /^(__init__\.pyi?|package-info\.java|index\.d\.ts|mod\.d\.ts)$/;

type Strength = 'strongPenalty' | 'weakPenalty';

/** A rule that pushes down what its test finds. */
function penalty(
  rule: string,
  strength: Strength,
  reason: string,
  finds: (candidate: ChunkMatch, context: RankContext) => boolean,
): RankRule {
  return (candidate, context) => (finds(candidate, context) ? { rule: `×${rule}`, value: context.constants[strength], reason } : null);
}

const folderIs = ({ segments }: PathFacts, pattern: RegExp): boolean =>
  segments.slice(0, -1).some((segment) => pattern.test(segment.toLowerCase()));

/** A test repeats the words of what it tests, and is seldom what was asked for. */
const testPenalty = penalty(
  'test',
  'strongPenalty',
  'a test, and the query asks for none',
  ({ sourceType }, { shape }) => sourceType === 'test' && !shape.asksFor.tests,
);

/** Old names live on in compatibility code beside the real thing. */
const legacyPenalty = penalty('legacy', 'strongPenalty', 'compatibility code', ({ path }, { shape, factsOf }) => {
  const facts = factsOf(path);
  return !shape.asksFor.legacy && (folderIs(facts, legacyFolders) || legacyFolders.test(facts.stem));
});

/** Examples use what the query names; they do not define it. */
const examplePenalty = penalty('example', 'strongPenalty', 'an example or a benchmark', ({ path, sourceType }, { shape, factsOf }) => {
  const facts = factsOf(path);
  if (shape.asksFor.examples) return false;
  if (folderIs(facts, exampleFolders) || /^examples?$/.test(facts.stem)) return true;
  return sourceType === 'code' && !shape.asksFor.documents && folderIs(facts, documentFolders);
});

/** What was copied in is not what the project is about. */
const vendoredPenalty = penalty('vendored', 'strongPenalty', 'a copy of other people’s code', ({ path }, { factsOf }) =>
  folderIs(factsOf(path), vendoredFolders),
);

/**
 * Documents say in the words of the question what code does in its own; who asks for code by its purpose
 * would get prose only. Their order among themselves stays.
 */
const documentPenalty = penalty(
  'document',
  'strongPenalty',
  'a document, and the query does not ask for one',
  ({ sourceType }, { shape }) => sourceType === 'doc' && !shape.asksFor.documents,
);

/** Change logs and lists of names mention everything and explain nothing. */
const historyPenalty = penalty(
  'history',
  'strongPenalty',
  'a change log or a list of names',
  ({ path, sourceType }, { factsOf }) => sourceType === 'doc' && historyStems.test(factsOf(path).stem),
);

/** Files that only pass on what others define. */
const barrelPenalty = penalty('barrel', 'weakPenalty', 'passes on what others define', ({ path }, { factsOf }) =>
  barrelNames.test(factsOf(path).segments.at(-1) ?? ''),
);

/** Declarations without code stand beside the code they declare. */
const declarationsPenalty = penalty(
  'declarations',
  'weakPenalty',
  'declarations without code',
  ({ path }) => path.endsWith('.d.ts') && !path.endsWith('/index.d.ts'),
);

/** Settings, data and files of no known language name things; they do not explain or define them. */
const settingsPenalty = penalty('settings', 'weakPenalty', 'settings or data', ({ language, sourceType }, { shape }) => {
  const isData = languageById(language)?.kind === 'config' || (language === 'text' && sourceType === 'code');
  return isData && !shape.asksFor.settings;
});

export const penalties: readonly RankRule[] = [
  testPenalty,
  legacyPenalty,
  examplePenalty,
  vendoredPenalty,
  documentPenalty,
  historyPenalty,
  barrelPenalty,
  declarationsPenalty,
  settingsPenalty,
];
