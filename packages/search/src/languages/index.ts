export { languageIds, resolveLanguages } from './language-filter.ts';
export { kindOfPath, languageById, languageOf, languageOfShebang, type PathKind, shebangBytes } from './language-of.ts';
export { type Language, type LanguageKind, languages } from './language-table.ts';
export { isTestPath, sourceTypeOf } from './source-type.ts';
export { dataHeadBytes, isDataLanguage, maxBytesOf } from './size-limits.ts';
