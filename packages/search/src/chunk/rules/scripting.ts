import { type CodeRules, rule } from './code-rules.ts';

const hashComments = { lineComments: ['#'] } as const;

/** Python, and what took its shape: Starlark, Cython. */
export const python: CodeRules = {
  ...hashComments,
  declarations: [
    rule('callable', '(?:async )?def (?<n>ID)'),
    rule('container', '(?:cdef |cpdef )?class (?<n>ID)'),
    rule('callable', String.raw`(?:cdef|cpdef) [\w \t*&]{0,60}?(?<n>ID)\(`),
    rule('value', String.raw`type (?<n>ID)(?:\[[^\n\]]{0,80}\])? ?=`),
    rule('value', String.raw`(?<n>ID) ?(?::[^=\n]{1,150})?=(?!=)`, { scope: 'top' }),
    rule('value', String.raw`(?<n>[A-Z][A-Z0-9_]+) ?(?::[^=\n]{1,100})?=(?!=)`, { scope: 'member' }),
  ],
  attributes: ['@'],
  longQuotes: ['"""', "'''"],
  blocks: 'indent',
};

const CALLED = String.raw` ?\(? ?`;

/** Ruby and Crystal. */
export const ruby: CodeRules = {
  ...hashComments,
  blockComment: ['=begin', '=end'],
  declarations: [
    rule(
      'callable',
      String.raw`(?:(?:private|protected|public|private_class_method|module_function|memoize) )?def (?:self\.)?(?<n>ID[?!]?=?|[^\s\w(;]{1,3})`,
    ),
    rule('container', String.raw`(?:abstract )?(?:class|struct|enum|lib) (?<n>[A-Z][\w:]*)`),
    rule('container', 'class << self', { definesNothing: true }),
    rule('container', String.raw`module (?<n>[\w:]+)`),
    rule('callable', '(?:private )?macro (?<n>ID)'),
    rule('value', String.raw`(?<n>[A-Z]\w*) ?=(?![=~>])`, { scope: 'outer' }),
    rule(
      'callable',
      `(?:define_method|scope|let!?|subject|attr_accessor|attr_reader|attr_writer|property|getter)${CALLED}:(?<n>\\w+[?!]?)`,
      { scope: 'member' },
    ),
    rule('block', `(?:RSpec\\.)?(?:describe|context|feature|it|scenario|specify|test|shared_examples)${CALLED}["'](?<n>[^\\n"']{1,120})`, {
      definesNothing: true,
    }),
    rule('block', `(?:RSpec\\.)?(?:describe|context)${CALLED}(?<n>[A-Z][\\w:]*)`, { definesNothing: true }),
    rule('block', '(?:task|namespace|file) ?:?["\']?(?<n>\\w+)', { scope: 'outer' }),
  ],
  blocks: 'end',
};

export const lua: CodeRules = {
  lineComments: ['--'],
  blockComment: ['--[[', ']]'],
  declarations: [
    rule('callable', String.raw`local function (?<n>ID)`),
    rule('callable', String.raw`function (?:(?<o>\w+(?:\.\w+){0,6})[.:])?(?<n>ID)`),
    rule('callable', String.raw`(?:local )?(?:(?<o>\w+(?:\.\w+){0,6})\.)?(?<n>ID) ?= ?function\b`),
    rule('value', 'local (?<n>ID)(?: ?, ?ID){0,8} ?=(?! ?require\\b)', { scope: 'top' }),
    rule('value', String.raw`(?:(?<o>\w+)\.)?(?<n>ID) ?=(?!=)`, { scope: 'top' }),
  ],
  blocks: 'end',
};

export const elixir: CodeRules = {
  ...hashComments,
  declarations: [
    rule('callable', String.raw`(?:def|defp|defmacro|defmacrop|defguard|defguardp|defdelegate|defn|defnp)[ \t(]{1,4}(?<n>[a-z_]\w*[?!]?)`),
    rule('container', String.raw`(?:defmodule|defprotocol) (?<n>[\w.]+)`),
    rule('container', String.raw`defimpl (?<n>[\w.]+)`, { definesNothing: true, label: (groups) => `defimpl ${groups['n'] ?? ''}` }),
    rule('value', 'defstruct|defexception', { scope: 'member' }),
    rule('value', String.raw`@(?:type|typep|opaque|callback) (?<n>\w+)`),
    rule('block', String.raw`(?:test|describe|property) "(?<n>[^"\n]{1,120})`, { definesNothing: true }),
  ],
  attributes: ['@'],
  longQuotes: ['"""'],
  blocks: 'end',
  clauses: true,
};

export const julia: CodeRules = {
  ...hashComments,
  blockComment: ['#=', '=#'],
  declarations: [
    rule('callable', String.raw`(?:@\w+ ){0,3}(?:function|macro) (?:(?<o>\w+)\.)?(?<n>ID!?)`),
    rule('container', '(?:mutable )?struct (?<n>ID)'),
    rule('value', '(?:abstract|primitive) type (?<n>ID)'),
    rule('namespace', '(?:bare)?module (?<n>ID)'),
    rule('value', 'const (?<n>ID) ?='),
    rule('callable', String.raw`(?:@\w+ ){0,3}(?<n>ID!?)(?:\{[^\n}]{0,60}\})?\([^\n=]{0,200}\)[^\n=(]{0,60}=(?![=>])`, { scope: 'outer' }),
    rule('block', String.raw`@testset "(?<n>[^"\n]{1,120})`, { definesNothing: true }),
  ],
  longQuotes: ['"""'],
  blocks: 'end',
};

/** POSIX shells, zsh, fish; tests of bats. */
export const shell: CodeRules = {
  ...hashComments,
  declarations: [
    rule('callable', String.raw`function (?<n>[\w:.@+-]+)`),
    rule('callable', String.raw`(?<n>[\w:.@+-]+) ?\( ?\)`),
    rule('block', String.raw`@test ["'](?<n>[^"'\n]{1,120})`, { definesNothing: true }),
    rule('value', String.raw`alias (?:-\w )?(?<n>[\w.-]+)=`, { scope: 'top' }),
    rule('value', String.raw`(?:(?:export|readonly|declare|typeset|local)(?: -\w{1,4})? ){0,2}(?<n>[A-Za-z_]\w*)\+?=`, { scope: 'top' }),
  ],
  blocks: 'brace',
  endWord: 'end',
};

export const perl: CodeRules = {
  ...hashComments,
  blockComment: ['=', '\n=cut'],
  declarations: [
    rule('callable', String.raw`(?:async )?(?:sub|method) (?<n>[\w:]+)`),
    rule('namespace', String.raw`(?:package|class|role) (?<n>[\w:]+)`),
    rule('value', String.raw`use constant (?<n>[A-Za-z_]\w*)`),
    rule('value', String.raw`our [$@%](?<n>\w+) ?=`),
    rule('value', String.raw`my [$@%](?<n>\w+) ?=`, { scope: 'top' }),
  ],
  blocks: 'brace',
};

export const powershell: CodeRules = {
  ...hashComments,
  blockComment: ['<#', '#>'],
  declarations: [
    rule('callable', String.raw`(?:function|filter|workflow) (?:\w+:)?(?<n>[\w-]+)`, { anyCase: true }),
    rule('container', '(?:class|enum) (?<n>ID)', { anyCase: true }),
    rule('callable', String.raw`(?:(?:hidden|static) )*(?:\[[^\n\]]{1,80}\] ?)?(?<n>ID) ?\(`, { anyCase: true, scope: 'member' }),
    rule('block', String.raw`(?:Describe|Context|It) ["'](?<n>[^"'\n]{1,120})`, { definesNothing: true }),
  ],
  blocks: 'brace',
};

export const r: CodeRules = {
  ...hashComments,
  declarations: [
    rule('callable', String.raw`["'${'`'}]?(?<n>[\w.]+|%[^%\n]{1,20}%)["'${'`'}]? ?(?:<-|=) ?(?:function\b|\\\()`),
    rule('value', String.raw`(?:setClass|setGeneric|setMethod|setRefClass|setValidity)\( ?["'](?<n>[\w.]+)`),
    rule('container', String.raw`(?<n>[\w.]+) ?(?:<-|=) ?(?:\w+::)?(?:R6Class|ggproto)\(`),
    rule('value', String.raw`(?<n>[\w.]+) ?<- `, { scope: 'top' }),
    rule('block', String.raw`(?:test_that|describe)\( ?["'](?<n>[^"'\n]{1,120})`, { definesNothing: true }),
  ],
  blocks: 'brace',
};

export const nim: CodeRules = {
  ...hashComments,
  blockComment: ['#[', ']#'],
  declarations: [
    rule('callable', String.raw`(?:proc|func|method|template|macro|iterator|converter) ${'`'}?(?<n>ID|[^\s\w(${'`'}]{1,6})`),
    rule('group', '(?:type|const|let|var) ?$'),
    rule('value', String.raw`(?:type|const|let|var) (?<n>ID)`, { scope: 'top' }),
    rule('value', String.raw`(?<n>ID)\*?(?:\[[^\n\]]{0,60}\])? ?(?:\{\.[^\n]{0,80}\.\} ?)?[=:]`, { scope: 'grouped' }),
  ],
  longQuotes: ['"""'],
  blocks: 'indent',
};

export const gdscript: CodeRules = {
  ...hashComments,
  declarations: [
    rule('callable', '(?:static )?func (?<n>ID)'),
    rule('container', 'class (?<n>ID)'),
    rule('value', String.raw`(?:class_name|signal|enum|const|(?:@\w+(?:\([^\n)]{0,60}\))? ){0,2}var) (?<n>ID)`, { scope: 'outer' }),
  ],
  attributes: ['@'],
  longQuotes: ['"""'],
  blocks: 'indent',
};

export const vimscript: CodeRules = {
  lineComments: ['"'],
  declarations: [
    rule('callable', String.raw`(?:export )?(?:def|fu|fun|func|functi|functio|function)!? (?<n>[\w:#.]+)`),
    rule('value', String.raw`com(?:mand)?!? (?:-\S{1,40} ){0,6}(?<n>[A-Z]\w*)`),
    rule('block', String.raw`augroup (?!END)(?<n>\w+)`, { definesNothing: true }),
  ],
  blocks: 'open',
};

export const tcl: CodeRules = {
  ...hashComments,
  declarations: [
    rule('callable', String.raw`(?:proc|method) (?<n>[^\s{}]{1,100})`),
    rule('namespace', String.raw`namespace eval (?<n>[\w:]+)`),
  ],
  blocks: 'brace',
};
