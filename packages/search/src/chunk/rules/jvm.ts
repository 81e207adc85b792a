import { type CodeRules, rule } from './code-rules.ts';
import { signatureRule } from './signature.ts';

const ANNOTATIONS = String.raw`(?:@[\w.:]{1,100}(?:\([^\n()]{0,200}\))? ?)*`;
const slashComments = { lineComments: ['//'], blockComment: ['/*', '*/'] } as const;

const JAVA = `${ANNOTATIONS}(?:(?:public|private|protected|internal|static|final|abstract|sealed|non-sealed|strictfp|default|synchronized|native|transient|volatile|open|virtual) )*`;
const javaContainers = [
  rule('container', `${JAVA}(?:class|interface|enum|record|@interface|trait) (?<n>ID)`),
  rule('value', String.raw`${JAVA}[\w<>\[\],.?]{1,80} (?<n>[A-Z][A-Z0-9_]*) ?=(?!=)`, { scope: 'member' }),
];

export const java: CodeRules = {
  ...slashComments,
  declarations: [...javaContainers, signatureRule({ scope: 'member', needsBody: false, untyped: true })],
  attributes: ['@'],
  blocks: 'brace',
};

export const groovy: CodeRules = {
  ...slashComments,
  declarations: [
    ...javaContainers,
    rule('callable', `${JAVA}def (?<n>ID) ?\\(`),
    rule('callable', `(?:task |tasks\\.register ?\\( ?)["']?(?<n>[\\w-]+)`),
    signatureRule({ scope: 'member', needsBody: false, untyped: false }),
    signatureRule({ scope: 'top', needsBody: true, untyped: false }),
    rule('block', '(?<n>ID) ?\\{ ?$', { scope: 'top', definesNothing: true }),
    rule('value', `(?:def|final) (?<n>ID) ?=`, { scope: 'outer' }),
  ],
  attributes: ['@'],
  blocks: 'brace',
};

const KOTLIN = `${ANNOTATIONS}(?:(?:public|private|protected|internal|open|abstract|sealed|final|override|suspend|inline|tailrec|operator|infix|external|data|enum|annotation|inner|value|const|lateinit|expect|actual|vararg) )*`;
const RECEIVER = String.raw`(?:<[^\n(]{1,150}> ?)?(?:(?<o>\w+(?:\.\w+){0,4})(?:<[^\n(]{0,100}>)?\??\.)?`;

export const kotlin: CodeRules = {
  ...slashComments,
  declarations: [
    rule('container', `${KOTLIN}(?:fun )?(?:class|interface) (?<n>ID)`),
    rule('container', `${KOTLIN}companion object\\b ?(?!\\{)(?<n>ID)?`, { label: (groups) => groups['n'] ?? 'Companion' }),
    rule('container', `${KOTLIN}object (?<n>ID)`),
    rule('callable', `${KOTLIN}fun ${RECEIVER}\`(?<n>[^\`\\n]{1,150})`),
    rule('callable', `${KOTLIN}fun ${RECEIVER}(?<n>ID)`),
    rule('value', `${KOTLIN}typealias (?<n>ID)`),
    rule('value', `${KOTLIN}(?:val|var) ${RECEIVER}(?<n>ID)`, { scope: 'outer' }),
  ],
  attributes: ['@'],
  longQuotes: ['"""'],
  blocks: 'brace',
};

const SCALA = String.raw`${ANNOTATIONS}(?:(?:private|protected)(?:\[\w+\])? |(?:final|sealed|abstract|implicit|lazy|override|inline|open|transparent|case|opaque|infix|erased) )*`;

export const scala: CodeRules = {
  ...slashComments,
  declarations: [
    rule('container', `${SCALA}(?:package )?(?:class|trait|object|enum) (?<n>ID)`),
    rule('container', `extension ?[\\[(](?<n>)`, { label: () => 'extension' }),
    rule('callable', `${SCALA}def (?<n>ID|\`[^\`\\n]{1,100}\`|[^\\w\\s(\\[=:]{1,12})`),
    rule('value', `${SCALA}(?:type|given) (?<n>ID)`),
    rule('value', `${SCALA}(?:val|var) (?<n>ID)`, { scope: 'outer' }),
  ],
  attributes: ['@'],
  longQuotes: ['"""'],
  blocks: 'brace',
};

const DART = `${ANNOTATIONS}(?:(?:abstract|base|final|sealed|interface|static|external|const|late|covariant|mixin|factory) )*`;

export const dart: CodeRules = {
  ...slashComments,
  lineComments: ['//', 'import ', 'export '],
  declarations: [
    rule('container', `${DART}(?:class|mixin|enum|extension type) (?<n>ID)`),
    rule('container', `extension (?<n>ID)? ?(?:<[^\\n]{0,80}> ?)?on `),
    rule('value', `typedef (?<n>ID)`),
    rule('callable', `${DART}(?<o>[A-Z]\\w*)\\.(?<n>ID) ?\\(`, { scope: 'member' }),
    rule('callable', `${DART}[\\w<>,.?]{0,80} ?get (?<n>ID) ?(?:=>|\\{|async)`, { scope: 'outer' }),
    signatureRule({ scope: 'member', needsBody: false, untyped: true }),
    signatureRule({ scope: 'top', needsBody: true, untyped: true }),
    rule('value', `(?:static )?(?:late )?(?:const|final) (?:[\\w<>,.?]{1,80} )?(?<n>ID) ?=`, { scope: 'outer' }),
  ],
  attributes: ['@'],
  longQuotes: ['"""', "'''"],
  blocks: 'brace',
};
