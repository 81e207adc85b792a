import { type CodeRules, type DeclarationRule, rule } from './code-rules.ts';

const EXPORT = '(?:export )?(?:default )?(?:declare )?';
const MODIFIERS = '(?:(?:public|private|protected|static|async|override|readonly|abstract|declare|accessor|get|set) )*';
const FUNCTION = String.raw`(?:async ?)?(?:function\b|(?:<[^\n(]{0,120}>)?\([^\n]{0,300}=>|(?:<[^\n(]{0,120}>)?\( ?$|ID ?=>)`;

const declarations: readonly DeclarationRule[] = [
  rule('callable', String.raw`${EXPORT}(?:async )?function\b ?\*? ?(?<n>ID)`),
  rule('container', `${EXPORT}(?:abstract )?class (?!extends\\b|implements\\b)(?<n>ID)`),
  rule('container', `${EXPORT}(?:const )?(?:interface|enum) (?<n>ID)`),
  rule('container', `${EXPORT}(?:namespace|module) ["']?(?<n>[\\w$./@*-]{1,100})`),
  rule('value', `${EXPORT}type (?<n>ID) ?(?:[=<]|$)`),
  rule('callable', String.raw`${EXPORT}(?:const|let|var) (?<n>ID) ?(?::[^=\n]{0,200})?= ?${FUNCTION}`),
  rule('value', String.raw`${EXPORT}(?:const|let|var) (?<n>ID)(?![\w$]| ?= ?(?:await )?(?:require|import)\()`, { scope: 'top' }),
  rule('value', `export (?:declare )?(?:const|let|var) (?<n>ID)`),
  rule('callable', String.raw`(?:module\.)?exports\.(?<n>ID) ?= ?${FUNCTION}`),
  rule('callable', String.raw`(?<o>ID)\.prototype\.(?<n>ID) ?= ?${FUNCTION}`),
  rule('callable', String.raw`(?<o>ID(?:\.ID){0,8})\.(?<n>ID) ?= ?${FUNCTION}`),
  rule('value', String.raw`(?:module\.)?exports\.(?<n>ID) ?=(?!=)`, { scope: 'top' }),
  rule('value', String.raw`(?:export default|module\.exports ?=) ?(?:[\w.]{1,60}\()?\{`),
  rule('block', String.raw`(?:describe|suite|context|it|test)(?:\.\w{1,20}){0,3} ?\( ?["'${'`'}](?<n>[^\n]{1,150}?)["'${'`'}] ?,`, {
    definesNothing: true,
  }),
  rule('container', '(?<n>ID) ?: ?\\{ ?$', { scope: 'member', definesNothing: true }),
  rule('callable', String.raw`${MODIFIERS}\*? ?(?<n>#?ID)[?!]? ?(?:<[^\n(]{0,120}>)? ?\(`, { scope: 'member' }),
  rule('callable', String.raw`${MODIFIERS}(?<n>#?ID)[?!]? ?(?::[^=\n]{0,200})?= ?${FUNCTION}`, { scope: 'member' }),
  rule('callable', String.raw`["']?(?<n>ID)["']? ?: ?${FUNCTION}`, { scope: 'member' }),
];

/** JavaScript and TypeScript, with or without JSX. */
export const javascript: CodeRules = {
  declarations,
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  attributes: ['@'],
  blocks: 'brace',
  objectMembers: true,
};
