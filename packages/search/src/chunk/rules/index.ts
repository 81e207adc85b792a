export type { CodeRules, DeclarationKind, DeclarationRule, Found } from './code-rules.ts';
export { codeRulesOf } from './rules-by-language.ts';
export type { ScanRules } from './scan-rules.ts';
