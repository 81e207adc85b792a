import { type CodeRules, rule } from './code-rules.ts';

const slashComments = { lineComments: ['//'], blockComment: ['/*', '*/'] } as const;

export const go: CodeRules = {
  ...slashComments,
  declarations: [
    rule('callable', String.raw`func \((?:\w+ )?\*?(?<o>ID)(?:\[[^\n\]]{0,60}\])?\) ?(?<n>ID)`),
    rule('callable', 'func (?<n>ID)'),
    rule('group', String.raw`(?:type|const|var) ?\( ?$`),
    rule('container', String.raw`type (?<n>ID)(?:\[[^\n\]]{1,100}\])? (?:struct|interface)\b`),
    rule('value', 'type (?<n>ID)'),
    rule('value', '(?:const|var) (?<n>ID)', { scope: 'top' }),
    rule('container', '(?<n>ID) (?:struct|interface) ?\\{', { scope: 'grouped' }),
    rule('value', String.raw`(?<n>ID)(?= |$|,)`, { scope: 'grouped' }),
    rule('callable', String.raw`(?<n>[A-Za-z_]\w*)\(`, { scope: 'member' }),
  ],
  blocks: 'brace',
};

const RUST = String.raw`(?:#\[[^\n\]]{0,100}\] ?)*(?:pub(?:\([^)\n]{1,40}\))? )?(?:default )?(?:async )?(?:const )?(?:async )?(?:unsafe )?(?:safe )?(?:extern (?:"[^"\n]{1,20}" )?)?`;

export const rust: CodeRules = {
  ...slashComments,
  declarations: [
    rule('callable', `${RUST}fn (?:r#)?(?<n>ID)`),
    rule('container', `${RUST}impl\\b(?<t>[^\\n{]{0,200})`, { label: (groups) => `impl ${implTarget(groups['t'] ?? '')}` }),
    rule('container', `${RUST}(?:struct|enum|trait|union|auto trait) (?<n>ID)`),
    rule('container', `${RUST}mod (?<n>ID)`),
    rule('callable', String.raw`macro_rules! ?(?<n>ID)`),
    rule('callable', `${RUST}macro (?<n>ID)`),
    rule('value', `${RUST}type (?<n>ID)`),
    rule('value', `(?:pub(?:\\([^)\\n]{1,40}\\))? )?(?:const|static)(?: mut| ref)? (?<n>ID) ?:`),
    rule('namespace', String.raw`(?:unsafe )?extern (?:"[^"\n]{1,20}" )?\{`),
  ],
  attributes: ['#[', '#!['],
  blocks: 'brace',
};

/** `<T: Ord> Trait<U> for Type<T> where …` → Trait for Type */
function implTarget(header: string): string {
  let depth = 0;
  let plain = '';
  for (let index = 0; index < header.length; index++) {
    const char = header.charAt(index);
    if (char === '<') depth++;
    else if (char === '>' && header.charAt(index - 1) !== '-') depth = Math.max(0, depth - 1);
    else if (depth === 0) plain += char;
  }
  return plain
    .replace(/\swhere\b.*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const SWIFT = String.raw`(?:@\w+(?:\([^\n()]{0,80}\))? ?)*(?:(?:public|private|fileprivate|internal|open|package)(?:\(set\))? |(?:final|static|override|mutating|nonmutating|indirect|lazy|weak|unowned|required|convenience|dynamic|optional|prefix|postfix|infix|nonisolated|isolated|distributed|async) |class (?=func |var |let ))*`;

export const swift: CodeRules = {
  ...slashComments,
  declarations: [
    rule('callable', `${SWIFT}func \`?(?<n>ID|[^\\s\\w(\`]{1,8})`),
    rule('container', `${SWIFT}extension (?<n>[\\w.]+)`, { definesNothing: true, label: (groups) => `extension ${groups['n'] ?? ''}` }),
    rule('container', `${SWIFT}(?:class|struct|enum|protocol|actor|macro) (?<n>ID)`),
    rule('callable', `${SWIFT}(?<n>init|deinit|subscript)[?!]? ?[(<{]`, { scope: 'member' }),
    rule('value', `${SWIFT}(?:typealias|associatedtype) (?<n>ID)`),
    rule('value', `${SWIFT}(?:let|var) (?<n>ID)`, { scope: 'outer' }),
  ],
  attributes: ['@'],
  longQuotes: ['"""'],
  blocks: 'brace',
};

export const zig: CodeRules = {
  lineComments: ['//'],
  declarations: [
    rule('callable', String.raw`(?:(?:pub|export|inline|noinline|extern)(?: "[^"\n]{1,20}")? )*fn (?<n>ID)`),
    rule('container', String.raw`(?:pub )?const (?<n>ID) ?= ?(?:extern |packed )?(?:struct|enum|union|opaque|error)\b`),
    rule('value', String.raw`(?:pub )?(?:export )?(?:threadlocal )?(?:const|var) (?<n>ID)(?!\w| ?= ?@import)`, { scope: 'outer' }),
    rule('block', String.raw`test "(?<n>[^"\n]{1,100})`, { definesNothing: true }),
  ],
  blocks: 'brace',
};

const PHP = '(?:(?:abstract|final|readonly|public|private|protected|static|var) )*';

export const php: CodeRules = {
  lineComments: ['//', '#'],
  blockComment: ['/*', '*/'],
  declarations: [
    rule('namespace', String.raw`namespace (?<n>[\w\\]+)`, { definesNothing: true }),
    rule('container', `${PHP}(?:class|interface|trait|enum) (?<n>ID)`),
    rule('callable', `${PHP}function &?(?<n>ID)`),
    rule('value', String.raw`${PHP}const (?:[\w?|\\]{1,60} )?(?<n>ID) ?=`, { scope: 'outer' }),
    rule('value', String.raw`define\( ?["'](?<n>\w+)`),
  ],
  blocks: 'brace',
};

export const solidity: CodeRules = {
  ...slashComments,
  declarations: [
    rule('container', '(?:abstract )?(?:contract|interface|library) (?<n>ID)'),
    rule('callable', '(?:function|modifier) (?<n>ID)'),
    rule('value', '(?:event|error|struct|enum|type) (?<n>ID)'),
    rule('callable', '(?<n>constructor|receive|fallback) ?\\(', { scope: 'member' }),
  ],
  blocks: 'brace',
};
