import { type CodeRules, type DeclarationRule, rule } from './code-rules.ts';

const slashComments = { lineComments: ['//'], blockComment: ['/*', '*/'] } as const;
const hashComments = { lineComments: ['#'] } as const;

const SQL_NAME = String.raw`(?<n>(?:["${'`'}\[]?[\w$]+["${'`'}\]]?\.){0,3}["${'`'}\[]?[\w$]+)`;
const SQL_OBJECT =
  '(?:table|view|function|procedure|proc|trigger|index|type|schema|sequence|database|domain|extension|policy|role|aggregate|event|operator|package(?: body)?)';
const SQL_ADJECTIVES =
  '(?:(?:temp|temporary|unique|materialized|global|local|unlogged|external|virtual|recursive|constraint|clustered|nonclustered|foreign|editionable) )*';

export const sql: CodeRules = {
  lineComments: ['--', '#'],
  blockComment: ['/*', '*/'],
  declarations: [
    unquoted(
      rule('callable', `create (?:or (?:replace|alter) )?${SQL_ADJECTIVES}${SQL_OBJECT} (?:concurrently )?(?:if not exists )?${SQL_NAME}`, {
        anyCase: true,
      }),
    ),
    rule('block', `(?<n>(?:alter table|insert into|drop table|update|delete from|grant|merge into) [\\w."]{1,100})`, {
      anyCase: true,
      scope: 'top',
      definesNothing: true,
    }),
    rule('callable', '(?:member |static )?(?:function|procedure) (?<n>\\w+)', { anyCase: true }),
  ],
  blocks: 'open',
};

/** `"public"."users"` → users */
function unquoted(inner: DeclarationRule): DeclarationRule {
  return {
    ...inner,
    match(text, at, end) {
      const found = inner.match(text, at, end);
      const name =
        found?.label
          .split('.')
          .at(-1)
          ?.replaceAll(/["`[\]]/g, '') ?? '';
      return found === null ? null : { label: name, names: [name] };
    },
  };
}

const SELECTOR_MAX = 300;

/** The first class or id of a selector is what the rule defines. */
const selector: DeclarationRule = {
  ...rule('container', ''),
  match(text, at, end) {
    const line = text.slice(at, Math.min(end, at + SELECTOR_MAX));
    const brace = line.indexOf('{');
    const label = line.slice(0, Math.max(brace, 0)).trim();
    if (label === '' || /[;}]/.test(label)) return null;
    const name = /[.#%]([A-Za-z_][\w-]*)/.exec(label)?.[1];
    return { label, names: name === undefined || label.startsWith('@') ? [] : [name] };
  },
};

/** CSS, SCSS, Less. */
export const css: CodeRules = {
  ...slashComments,
  declarations: [
    rule('callable', '@(?:mixin|function|keyframes|-webkit-keyframes|layer|property|font-palette-values|counter-style) (?<n>[\\w-]+)'),
    selector,
    rule('value', '[$@](?<n>[\\w-]+) ?:', { scope: 'outer' }),
    rule('value', '--(?<n>[\\w-]+) ?:', { scope: 'member' }),
  ],
  blocks: 'brace',
};

/** Protocol Buffers, Thrift, Cap'n Proto. */
export const proto: CodeRules = {
  ...slashComments,
  lineComments: ['//', '#'],
  declarations: [
    rule('container', '(?:message|service|enum|struct|union|exception|interface|senum) (?<n>ID)'),
    rule('container', '(?:extend|oneof) (?<n>[\\w.]+)', { definesNothing: true }),
    rule('callable', '(?:rpc|method) (?<n>ID)'),
    rule('value', 'typedef [^\\n;]{1,80} (?<n>ID)'),
    rule('value', 'const [\\w<>.,]{1,60} (?<n>ID) ?='),
    rule('callable', '(?:oneway )?[\\w<>.,]{1,80} (?<n>ID) ?\\(', { scope: 'member' }),
  ],
  blocks: 'brace',
};

export const graphql: CodeRules = {
  ...hashComments,
  declarations: [
    rule('container', '(?:type|interface|input|enum|query|mutation|subscription|fragment) (?<n>ID)'),
    rule('container', 'extend \\w{1,20} (?<n>ID)', { definesNothing: true }),
    rule('value', '(?:union|scalar|directive @?) ?(?<n>ID)'),
    rule('block', 'schema ?\\{', { definesNothing: true }),
  ],
  longQuotes: ['"""'],
  blocks: 'brace',
};

export const prisma: CodeRules = {
  ...slashComments,
  declarations: [rule('container', '(?:model|enum|type|view|datasource|generator) (?<n>ID)')],
  blocks: 'brace',
};

export const terraform: CodeRules = {
  lineComments: ['#', '//'],
  blockComment: ['/*', '*/'],
  declarations: [
    rule('block', '(?:resource|data|ephemeral) "(?<o>[\\w-]+)" "(?<n>[\\w-]+)"'),
    rule('block', '(?<o>variable|output|module|provider|check|action) "(?<n>[\\w-]+)"'),
    rule('block', '(?<n>locals|terraform|moved|import|removed|[a-z_]+)(?: "[^"\\n]{1,60}")? ?\\{', { scope: 'top', definesNothing: true }),
  ],
  blocks: 'brace',
};

export const makefile: CodeRules = {
  ...hashComments,
  declarations: [
    rule('value', '(?:export |override )?(?<n>[\\w.-]+) ?(?:::?:?|[?+!])?=', { scope: 'top' }),
    rule('callable', 'define (?<n>[\\w.-]+)'),
    rule('callable', '(?!\\.[A-Z])(?<n>[\\w./%@$(){}-]+)(?:[ \\t][\\w./%@$(){} \\t-]{0,200})?::?(?!=)', { scope: 'top' }),
  ],
  blocks: 'indent',
};

export const cmake: CodeRules = {
  ...hashComments,
  blockComment: ['#[[', ']]'],
  declarations: [
    rule('callable', '(?:function|macro) ?\\( ?(?<n>\\w+)', { anyCase: true }),
    rule('callable', 'add_(?:library|executable|custom_target|test) ?\\( ?(?:NAME )?(?<n>[\\w.:${}-]+)', { anyCase: true }),
    rule('value', '(?:option|set) ?\\( ?(?<n>[\\w.-]+)', { anyCase: true, scope: 'top' }),
  ],
  blocks: 'indent',
};

export const dockerfile: CodeRules = {
  ...hashComments,
  declarations: [
    rule('container', 'FROM [^\\n]{1,150}? AS (?<n>[\\w.-]+)', { anyCase: true }),
    rule('block', 'FROM (?<n>\\S{1,150})', { anyCase: true, definesNothing: true }),
  ],
  blocks: 'indent',
};

/** Nix, Jsonnet, CUE, Dhall, Bicep, Rego and the like: named values. */
export const bindings: CodeRules = {
  lineComments: ['#', '//', '--'],
  blockComment: ['/*', '*/'],
  declarations: [
    rule('callable', '(?:local function|def|func|function|let|local|param|var|output|module|resource|type) (?<n>ID)', { scope: 'outer' }),
    rule('container', '"?(?<n>[A-Za-z_][\\w.-]{0,80})"?(?:\\([^\\n)]{0,80}\\))? ?(?:::?:?|=|:=|if\\b)[^\\n]{0,120}[{[(]$'),
  ],
  blocks: 'brace',
};

export const patch: CodeRules = {
  lineComments: [],
  declarations: [
    rule('namespace', 'diff --git a/(?<n>[^\\s\\n]{1,200})', { definesNothing: true, label: (groups) => groups['n'] ?? '' }),
    rule('block', '@@[^\\n@]{1,60}@@ ?(?<n>[^\\n]{0,100})', { definesNothing: true, label: (groups) => groups['n'] ?? '' }),
  ],
  blocks: 'open',
};
