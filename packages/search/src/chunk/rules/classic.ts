import { type CodeRules, rule } from './code-rules.ts';

const anyCase = { anyCase: true } as const;

export const visualBasic: CodeRules = {
  lineComments: ["'"],
  declarations: [
    rule(
      'callable',
      String.raw`(?:(?:public|private|protected|friend|shared|overrides|overridable|async|static|readonly|default|mustoverride) )*(?:sub|function|property(?: get| set| let)?) (?<n>\w+)`,
      anyCase,
    ),
    rule(
      'container',
      String.raw`(?:(?:public|private|protected|friend|partial|mustinherit|notinheritable) )*(?:class|module|structure|interface|enum) (?<n>\w+)`,
      anyCase,
    ),
    rule('namespace', String.raw`namespace (?<n>[\w.]+)`, anyCase),
  ],
  blocks: 'open',
};

export const pascal: CodeRules = {
  lineComments: ['//'],
  blockComment: ['{', '}'],
  declarations: [
    rule('callable', String.raw`(?:class )?(?:procedure|function|constructor|destructor|operator) (?:(?<o>\w+)\.)?(?<n>\w+)`, anyCase),
    rule('container', String.raw`(?<n>\w+) ?= ?(?:packed )?(?:class|record|interface|object)\b`, anyCase),
    rule('namespace', String.raw`(?:unit|program|library) (?<n>[\w.]+)`, anyCase),
  ],
  blocks: 'open',
};

export const ada: CodeRules = {
  lineComments: ['--'],
  declarations: [
    rule('callable', String.raw`(?:overriding |not overriding )?(?:procedure|function|entry) (?<n>\w+)`, anyCase),
    rule('container', String.raw`(?:package(?: body)?|task(?: type| body)?|protected(?: type| body)?) (?<n>[\w.]+)`, anyCase),
    rule('value', String.raw`(?:sub)?type (?<n>\w+)`, anyCase),
  ],
  blocks: 'open',
};

export const fortran: CodeRules = {
  lineComments: ['!', 'c ', 'C ', '*'],
  declarations: [
    rule(
      'callable',
      String.raw`(?:(?:pure|elemental|recursive|impure|integer|real|logical|complex|character|double precision)(?:\([^\n)]{0,40}\))? ){0,4}(?:subroutine|function) (?<n>\w+)`,
      anyCase,
    ),
    rule('namespace', String.raw`(?:module(?! procedure)|submodule ?\([^\n)]{0,60}\)|program) (?<n>\w+)`, anyCase),
    rule('container', String.raw`type(?: ?,[^\n:]{0,80})? ?(?:::)? ?(?<n>[a-z]\w*) ?$`, anyCase),
  ],
  blocks: 'open',
};

export const verilog: CodeRules = {
  lineComments: ['//'],
  blockComment: ['/*', '*/'],
  declarations: [
    rule(
      'container',
      String.raw`(?:virtual )?(?:module|macromodule|interface|package|class|program|primitive|covergroup) (?:automatic |static )?(?<n>\w+)`,
    ),
    rule(
      'callable',
      String.raw`(?:(?:virtual|static|local|protected|extern|pure) )*(?:function|task) (?:automatic |static )?(?:[\w:\[\]]{1,40} ){0,3}?(?<n>\w+) ?[(;]`,
    ),
    rule('value', '`define (?<n>\\w+)'),
  ],
  blocks: 'open',
};

export const vhdl: CodeRules = {
  lineComments: ['--'],
  declarations: [
    rule('container', String.raw`(?:entity|package(?: body)?|component|configuration) (?<n>\w+)`, anyCase),
    rule('container', String.raw`architecture (?<n>\w+) of \w+`, anyCase),
    rule('callable', String.raw`(?:pure |impure )?(?:function|procedure) (?<n>\w+)|(?<o>\w+) ?: ?process`, anyCase),
  ],
  blocks: 'open',
};

export const assembly: CodeRules = {
  lineComments: [';', '#', '//', '@'],
  blockComment: ['/*', '*/'],
  declarations: [
    rule('callable', String.raw`(?<n>[A-Za-z_][\w.$@?]*):`, { scope: 'top' }),
    rule('callable', String.raw`(?:ENTRY|FUNC|SYM_FUNC_START|PROC)\((?<n>\w+)`),
    rule('value', String.raw`(?:%macro|\.macro|%define|\.equ|\.set) (?<n>[\w.$]+)`),
    rule('callable', String.raw`define [^\n@]{0,120}@(?<n>[\w.$]+)`),
  ],
  blocks: 'open',
};

export const batch: CodeRules = {
  lineComments: ['rem ', 'REM ', '::'],
  declarations: [rule('callable', String.raw`:(?<n>[\w.-]+)`)],
  blocks: 'open',
};

export const matlab: CodeRules = {
  lineComments: ['%'],
  declarations: [
    rule('callable', String.raw`function (?:[^\n=]{1,80}= ?)?(?<n>[\w.]+)`),
    rule('container', String.raw`classdef (?:\([^\n)]{1,80}\) ?)?(?<n>\w+)`),
  ],
  blocks: 'open',
};

export const cobol: CodeRules = {
  lineComments: ['*'],
  declarations: [
    rule('container', String.raw`program-id\. (?<n>[\w-]+)`, anyCase),
    rule('block', String.raw`(?<n>[\w-]+ (?:division|section))\.`, { anyCase: true, definesNothing: true }),
  ],
  blocks: 'open',
};
