import { languageById } from '../languages/index.ts';
import type { CandidateFile } from './candidate-file.ts';
import { isOfKind } from './folder-kinds.ts';
import type { FileRule, RankContext } from './signal.ts';

const historyStems = /^(changelog|changes|history|news|release[_-]?notes|releases|authors|contributors|license|licence|notice)$/;
const barrelNames = /^(__init__\.pyi?|package-info\.java|index\.d\.ts|mod\.d\.ts)$/;

type Strength = 'strongPenalty' | 'weakPenalty';

/** A rule that pushes down what its test finds. */
function penalty(
  rule: string,
  strength: Strength,
  reason: string,
  finds: (file: CandidateFile, context: RankContext) => boolean,
): FileRule {
  return (file, context) => (finds(file, context) ? { rule: `×${rule}`, value: context.constants[strength], reason } : null);
}

/** A test repeats the words of what it tests, and is seldom what was asked for. */
const testPenalty = penalty(
  'test',
  'strongPenalty',
  'a test, and the query asks for none',
  ({ sourceType }, { shape }) => sourceType === 'test' && !shape.asksFor.tests,
);

/** Old names live on in compatibility code beside the real thing. */
const legacyPenalty = penalty(
  'legacy',
  'strongPenalty',
  'compatibility code',
  ({ facts }, { shape }) => !shape.asksFor.legacy && (facts.folderKinds.includes('legacy') || isOfKind(facts.stem, 'legacy')),
);

/** Examples use what the query names; they do not define it. Code that stands beside prose belongs to it. */
const examplePenalty = penalty('example', 'strongPenalty', 'an example or a benchmark', ({ facts, sourceType }, { shape }) => {
  if (shape.asksFor.examples) return false;
  if (facts.folderKinds.includes('examples') || /^examples?$/.test(facts.stem)) return true;
  return sourceType === 'code' && !shape.asksFor.documents && facts.folderKinds.includes('documents');
});

/** What was copied in is not what the project is about. */
const vendoredPenalty = penalty('vendored', 'strongPenalty', 'a copy of other people’s code', ({ facts }) =>
  facts.folderKinds.includes('vendored'),
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
  ({ facts, sourceType }) => sourceType === 'doc' && historyStems.test(facts.stem),
);

/** Files that only pass on what others define. */
const barrelPenalty = penalty('barrel', 'weakPenalty', 'passes on what others define', ({ facts }) => barrelNames.test(facts.name));

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

export const penalties: readonly FileRule[] = [
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
