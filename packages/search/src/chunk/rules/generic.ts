import { type CodeRules, rule } from './code-rules.ts';

const MODIFIERS =
  '(?:(?:export|public|private|protected|internal|static|abstract|final|async|pub|local|inline|virtual|override|open|sealed|unsafe|shared) )*';

/** For languages without rules of their own: the words most of them share. */
export const generic: CodeRules = {
  declarations: [
    rule(
      'container',
      `${MODIFIERS}(?:class|struct|interface|trait|protocol|contract|object|enum|record|union|module|namespace|package) (?<n>ID)`,
    ),
    rule('callable', `${MODIFIERS}(?:function|func|fun|fn|def|sub|proc|procedure|method|macro|rule|predicate) (?<n>ID)`),
    rule('value', `${MODIFIERS}(?:type|typedef|const|let|var|val) (?<n>ID)`, { scope: 'top' }),
  ],
  lineComments: ['//', '#', '--', ';;'],
  blockComment: ['/*', '*/'],
  attributes: ['@'],
  blocks: 'brace',
};
