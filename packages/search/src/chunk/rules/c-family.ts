import { type CodeRules, pattern, rule } from './code-rules.ts';
import { signatureRule } from './signature.ts';

const slashComments = { lineComments: ['//'], blockComment: ['/*', '*/'] } as const;

const define = rule('value', '# ?define (?<n>ID)');
const functions = signatureRule({ scope: 'outer', needsBody: true, untyped: true });
const typedefs = [
  rule('value', String.raw`typedef [^\n(){]{1,200}\( ?\*? ?(?<n>ID) ?\)`),
  rule('value', String.raw`typedef [^\n(){;]{1,200}?\b(?<n>ID)(?:\[[^\n\]]{0,40}\])? ?;`),
  rule('container', String.raw`typedef (?:struct|union|enum) ?(?<n>ID)? ?\{? ?$`),
];
const RECORD_END = String.raw`[^\n;(=]{0,200}(?:\{|$)`;

const cRules = [
  define,
  ...typedefs,
  rule('namespace', 'extern "C(?:\\+\\+)?" ?(?:\\{|$)', { definesNothing: true }),
  rule(
    'container',
    String.raw`(?:static )?(?:const )?(?:struct|union|enum) (?:__attribute__ ?\(\([^\n()]{0,80}\)\) )?(?<n>ID)(?= ?(?:\{|:|$))${RECORD_END}`,
  ),
  functions,
  rule(
    'value',
    String.raw`(?:(?:static|const|extern|struct|unsigned|signed|volatile) )*[\w]{1,60}[ \t*]{1,8}(?<n>ID)(?:\[[^\n\]]{0,60}\]){0,3} ?=(?!=)`,
    { scope: 'top' },
  ),
];

export const c: CodeRules = {
  ...slashComments,
  declarations: cRules,
  attributes: ['__attribute__'],
  blocks: 'brace',
  prefixLine: pattern(
    String.raw`(?!(?:else|do|return|break|continue|default|public|private|protected)\b)(?:[A-Za-z_]\w*[ \t*]{1,8}){0,6}[A-Za-z_]\w*[ \t*]{0,8}$`,
  ),
  trailingName: pattern(String.raw`\} ?(?:__attribute__ ?\(\([^\n]{0,80}\)\) ?)?(?<n>ID) ?[;,]`),
  preprocessor: true,
};

/** C++, and the shading languages that look like it. `.h` counts as C, so both know classes. */
const cppRules = [
  define,
  rule('namespace', String.raw`(?:inline )?namespace (?!\w+ ?=)(?<n>[\w:]+)`),
  rule('namespace', String.raw`namespace ?\{`),
  rule(
    'container',
    String.raw`(?:typedef )?(?:class|struct|union|enum(?: class| struct)?) (?:alignas\([^\n)]{0,40}\) |\[\[[^\n\]]{0,60}\]\] )?(?:[A-Z][A-Z0-9_]*(?:\([^\n)]{0,40}\))? )?(?<n>[\w:]+)(?:<[^\n{]{0,100}>)?(?: final)?(?= ?(?:\{|:|$))${RECORD_END}`,
  ),
  rule('value', 'using (?<n>ID) ?='),
  rule('value', 'concept (?<n>ID) ?='),
  ...typedefs,
  rule('namespace', 'extern "C(?:\\+\\+)?" ?(?:\\{|$)', { definesNothing: true }),
  functions,
  rule(
    'value',
    String.raw`(?:(?:static|inline|const|constexpr|constinit|extern|thread_local|auto|unsigned) )+[\w:<>,*& \t]{0,80}?[ \t*&](?<n>ID)(?:\[[^\n\]]{0,40}\])? ?(?:=(?!=)|\{)`,
    { scope: 'outer' },
  ),
];

export const cpp: CodeRules = {
  ...c,
  declarations: cppRules,
  attributes: ['template<', 'template <', '[[', '__attribute__', 'requires '],
};

/** C headers of C++ projects are read by both. */
export const cWithClasses: CodeRules = { ...cpp, declarations: [...cppRules, ...cRules.slice(-1)] };

export const objectiveC: CodeRules = {
  ...c,
  declarations: [
    rule('namespace', String.raw`@(?:interface|implementation|protocol) (?<n>ID)\b(?! ?[;,])`),
    rule('callable', String.raw`[-+] ?\([^\n)]{1,100}\) ?(?<n>ID)`),
    ...cRules,
  ],
  endWord: '@end',
};

const CSHARP = String.raw`(?:\[[^\n\]]{1,200}\] ?)*(?:(?:public|private|protected|internal|static|sealed|abstract|partial|readonly|ref|unsafe|new|virtual|override|async|extern|required|file|volatile) )*`;

export const csharp: CodeRules = {
  ...slashComments,
  declarations: [
    rule('namespace', String.raw`namespace (?<n>[\w.]+)`, { definesNothing: true }),
    rule('container', String.raw`${CSHARP}(?:class|struct|interface|enum|record(?: class| struct)?) (?<n>ID)`),
    rule('value', String.raw`${CSHARP}delegate [^\n(]{1,100} (?<n>ID)(?:<[^\n(]{0,80}>)? ?\(`),
    rule(
      'value',
      String.raw`${CSHARP}(?:const [\w<>\[\],.?]{1,80}|(?:static readonly|readonly static) [\w<>\[\],.?]{1,80}|event [\w<>\[\],.?]{1,80}) (?<n>ID)`,
      { scope: 'member' },
    ),
    rule(
      'callable',
      String.raw`(?:\[[^\n\]]{1,200}\] ?)*(?:(?:public|private|protected|internal|static|abstract|virtual|override|new|sealed|required|readonly|async|unsafe|extern) )+[\w<>\[\],.? \t]{1,100}?[ \t>\]](?<n>ID) ?(?:\{|=>|$)`,
      { scope: 'member' },
    ),
    signatureRule({ scope: 'member', needsBody: false, untyped: true }),
  ],
  attributes: ['['],
  blocks: 'brace',
  preprocessor: true,
};
