import { c, cpp, csharp, cWithClasses, objectiveC } from './c-family.ts';
import { ada, assembly, batch, cobol, fortran, matlab, pascal, verilog, vhdl, visualBasic } from './classic.ts';
import type { CodeRules } from './code-rules.ts';
import { bindings, cmake, css, dockerfile, graphql, makefile, patch, prisma, proto, sql, terraform } from './data.ts';
import { clojure, elm, erlang, fsharp, haskell, lisp, ocaml, prolog, proof, reason } from './functional.ts';
import { generic } from './generic.ts';
import { javascript } from './javascript.ts';
import { dart, groovy, java, kotlin, scala } from './jvm.ts';
import { elixir, gdscript, julia, lua, nim, perl, powershell, python, r, ruby, shell, tcl, vimscript } from './scripting.ts';
import { go, php, rust, solidity, swift, zig } from './systems.ts';

/** By the ids of `languages/`. */
const byLanguage: Readonly<Record<string, CodeRules>> = {
  python, starlark: python, meson: python, gdscript, nim,
  javascript, jsx: javascript, typescript: javascript, tsx: javascript, qml: javascript, haxe: javascript,
  java, apex: java, kotlin, scala, groovy, dart,
  c: cWithClasses, cpp, glsl: cpp, csharp, d: csharp, vala: csharp, 'objective-c': objectiveC, llvm: assembly, asm: assembly,
  go, rust, move: rust, cairo: rust, wit: rust, swift, zig, php, hack: php, solidity,
  ruby, crystal: ruby, lua, elixir, julia, bash: shell, perl, powershell, r, vimscript, tcl, awk: c, batch,
  haskell, purescript: haskell, elm, ocaml, reason, fsharp, erlang, prolog, clojure, lisp, 'emacs-lisp': lisp, scheme: lisp,
  lean: proof, agda: proof, coq: proof, tla: proof,
  'visual-basic': visualBasic, pascal, ada, fortran, verilog, vhdl, matlab, cobol,
  sql, css, scss: css, less: css, proto, thrift: proto, capnp: proto, graphql, prisma, terraform,
  makefile, cmake, dockerfile, patch,
  nix: bindings, jsonnet: bindings, cue: bindings, dhall: bindings, bicep: bindings, rego: bindings, gn: bindings,
};

/** The rules of a language; the generic ones for an id without rules of its own. */
export function codeRulesOf(language: string): CodeRules {
  return Object.hasOwn(byLanguage, language) ? (byLanguage[language] as CodeRules) : generic;
}
