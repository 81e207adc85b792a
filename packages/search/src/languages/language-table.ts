/** What a language is to the indexer: program text, documents, settings, or data, of which only the head is read. */
export type LanguageKind = 'code' | 'doc' | 'config' | 'data';

export interface Language {
  /** Lower case, as stored and as filters name it. */
  readonly id: string;
  readonly kind: LanguageKind;
  /** Lower case, without the leading dot; of two dots (`d.ts`) the longer wins. */
  readonly extensions: readonly string[];
  /** Whole file names: lower case for any case, otherwise exactly so (`BUILD` is Bazel's, `build` anyone's). */
  readonly names: readonly string[];
  /** Interpreters of a `#!` line, without version digits. */
  readonly interpreters: readonly string[];
  /** Other words people use for it in filters, lower case. */
  readonly aliases: readonly string[];
  /** A filter for that language takes this one too. */
  readonly dialectOf: string | null;
}

/** As in {@link Language}, words separated by spaces. */
interface Recognition {
  readonly names?: string;
  readonly interpreters?: string;
  readonly aliases?: string;
  readonly dialectOf?: string;
}

const words = (text = ''): string[] => text.split(' ').filter(Boolean);
const row =
  (kind: LanguageKind) =>
  (id: string, extensions: string, { names, interpreters, aliases, dialectOf }: Recognition = {}): Language => ({
    id,
    kind,
    extensions: words(extensions),
    names: words(names),
    interpreters: words(interpreters),
    aliases: words(aliases),
    dialectOf: dialectOf ?? null,
  });
const code = row('code');
const doc = row('doc');
const config = row('config');
const data = row('data');

/**
 * Every language by how its files are recognised. One row is all a new language needs here; its
 * chunk boundaries are a row in `chunk/`. No extension, name or alias may appear twice (tested).
 * `.h` counts as C, `.m` as Objective-C, `.pl` as Perl, `.v` as Verilog: the more frequent reading.
 */
export const languages: readonly Language[] = [
  code('python', 'py pyi pyw pyx pxd', { interpreters: 'python pypy', aliases: 'py', names: 'sconstruct sconscript wscript' }),
  code('typescript', 'ts mts cts', { interpreters: 'ts-node tsx deno', aliases: 'ts' }),
  code('tsx', 'tsx', { dialectOf: 'typescript' }),
  code('javascript', 'js mjs cjs es6 jsm', { interpreters: 'node nodejs bun', aliases: 'js node', names: 'jakefile' }),
  code('jsx', 'jsx', { dialectOf: 'javascript' }),
  code('java', 'java'),
  code('kotlin', 'kt kts', { aliases: 'kt' }),
  code('c', 'c h'),
  code('cpp', 'cpp cc cxx c++ hpp hh hxx h++ inl ipp tpp tcc cu cuh ino', { aliases: 'c++ cxx' }),
  code('csharp', 'cs csx', { aliases: 'c# cs' }),
  code('go', 'go', { aliases: 'golang' }),
  code('rust', 'rs', { aliases: 'rs' }),
  code('swift', 'swift'),
  code('ruby', 'rb rake gemspec ru rbi podspec', {
    interpreters: 'ruby jruby rake',
    aliases: 'rb',
    names: 'gemfile rakefile podfile vagrantfile fastfile brewfile guardfile capfile dangerfile appfile',
  }),
  code('php', 'php phtml php3 php4 php5 phps', { interpreters: 'php' }),
  code('bash', 'sh bash zsh ksh bats fish command', {
    interpreters: 'sh bash zsh dash ksh ash fish bats',
    aliases: 'shell sh zsh fish',
    names: '.bashrc .bash_profile .bash_aliases .profile .zshrc .zshenv pkgbuild apkbuild gradlew configure',
  }),
  code('scala', 'scala sc sbt', { interpreters: 'scala' }),
  code('lua', 'lua rockspec luau', { interpreters: 'lua luajit' }),
  code('elixir', 'ex exs', { interpreters: 'elixir', names: 'mix.exs' }),
  code('haskell', 'hs lhs hsc', { interpreters: 'runhaskell runghc', aliases: 'hs' }),
  code('perl', 'pl pm t pod psgi', { interpreters: 'perl' }),
  code('r', 'r rmd', { interpreters: 'rscript', names: '.rprofile' }),
  code('julia', 'jl', { interpreters: 'julia' }),
  code('dart', 'dart'),
  code('zig', 'zig zon'),
  code('nim', 'nim nims nimble'),
  code('crystal', 'cr', { interpreters: 'crystal' }),
  code('d', 'd di'),
  code('ocaml', 'ml mli mll mly', { interpreters: 'ocaml' }),
  code('reason', 're rei res resi', { aliases: 'rescript' }),
  code('elm', 'elm'),
  code('purescript', 'purs'),
  code('clojure', 'clj cljs cljc edn bb', { interpreters: 'bb clojure' }),
  code('erlang', 'erl hrl escript', { interpreters: 'escript', names: 'rebar.config' }),
  code('fsharp', 'fs fsi fsx', { aliases: 'f#' }),
  code('groovy', 'groovy gradle gvy', { interpreters: 'groovy', names: 'jenkinsfile' }),
  code('objective-c', 'm mm', { aliases: 'objc objectivec' }),
  code('visual-basic', 'vb vbs bas', { aliases: 'vb vbnet' }),
  code('pascal', 'pas pp dpr lpr', { aliases: 'delphi' }),
  code('ada', 'adb ads'),
  code('fortran', 'f f77 f90 f95 f03 f08 for'),
  code('cobol', 'cob cbl cpy'),
  code('lisp', 'lisp lsp', { aliases: 'common-lisp' }),
  code('emacs-lisp', 'el', { aliases: 'elisp', names: '.emacs' }),
  code('scheme', 'scm ss rkt', { aliases: 'racket' }),
  code('prolog', 'prolog plt'),
  code('tcl', 'tcl tk', { interpreters: 'tclsh wish' }),
  code('awk', 'awk', { interpreters: 'awk gawk mawk' }),
  code('solidity', 'sol'),
  code('move', 'move'),
  code('cairo', 'cairo'),
  code('apex', 'apex trigger'),
  code('hack', 'hack hhi'),
  code('haxe', 'hx'),
  code('gdscript', 'gd'),
  code('glsl', 'glsl vert frag geom comp tesc tese hlsl wgsl metal shader', { aliases: 'hlsl wgsl shader' }),
  code('verilog', 'v vh sv svh', { aliases: 'systemverilog' }),
  code('vhdl', 'vhd vhdl'),
  code('sql', 'sql ddl psql plsql pgsql'),
  code('css', 'css'),
  code('scss', 'scss sass', { dialectOf: 'css', aliases: 'sass' }),
  code('less', 'less styl pcss', { dialectOf: 'css', aliases: 'stylus' }),
  code('vue', 'vue'),
  code('svelte', 'svelte'),
  code('astro', 'astro'),
  code(
    'template',
    'hbs handlebars mustache ejs erb haml slim pug jade liquid twig jinja jinja2 j2 njk tmpl gotmpl tpl ftl blade cshtml razor jsp',
    { aliases: 'jinja erb handlebars' },
  ),
  code('proto', 'proto', { aliases: 'protobuf' }),
  code('thrift', 'thrift'),
  code('graphql', 'graphql gql graphqls'),
  code('capnp', 'capnp'),
  code('prisma', 'prisma'),
  code('wit', 'wit wat wast'),
  code('terraform', 'tf hcl tfvars nomad', { aliases: 'hcl tf' }),
  code('bicep', 'bicep'),
  code('rego', 'rego'),
  code('cue', 'cue'),
  code('jsonnet', 'jsonnet libsonnet'),
  code('dhall', 'dhall'),
  code('nix', 'nix'),
  code('starlark', 'bzl star bazel', { aliases: 'bazel', names: 'BUILD WORKSPACE BUCK tiltfile' }),
  code('dockerfile', 'dockerfile containerfile', { names: 'dockerfile containerfile', aliases: 'docker' }),
  code('makefile', 'mk mak make', { names: 'makefile gnumakefile kbuild justfile .justfile', interpreters: 'make', aliases: 'make' }),
  code('cmake', 'cmake', { names: 'cmakelists.txt' }),
  code('meson', 'meson', { names: 'meson.build meson_options.txt meson.options' }),
  code('autoconf', 'ac am m4', { names: 'configure.ac configure.in' }),
  code('gn', 'gn gni'),
  code('powershell', 'ps1 psm1 psd1', { interpreters: 'pwsh powershell', aliases: 'pwsh ps1' }),
  code('batch', 'bat cmd'),
  code('vimscript', 'vim', { aliases: 'vim viml', names: '.vimrc _vimrc .ideavimrc' }),
  code('asm', 's asm nasm', { aliases: 'assembly' }),
  code('llvm', 'll mlir td'),
  code('applescript', 'applescript', { interpreters: 'osascript' }),
  code('lean', 'lean'),
  code('agda', 'agda'),
  code('coq', 'coq'),
  code('tla', 'tla'),
  code('matlab', 'matlab'),
  code('qml', 'qml'),
  code('vala', 'vala vapi'),
  code('patch', 'diff patch', { aliases: 'diff' }),

  doc('markdown', 'md markdown mdown mkd qmd', { aliases: 'md' }),
  doc('mdx', 'mdx', { dialectOf: 'markdown' }),
  doc('rst', 'rst rest', { aliases: 'restructuredtext' }),
  doc('asciidoc', 'adoc asciidoc asc', { aliases: 'adoc' }),
  doc('org', 'org'),
  doc('textile', 'textile mediawiki wiki creole'),
  doc('tex', 'tex ltx sty bib', { aliases: 'latex' }),
  doc('typst', 'typ'),
  doc('man', '1 2 3 4 5 6 7 8 9 mdoc roff', { aliases: 'roff' }),
  doc('html', 'html htm xhtml', { aliases: 'htm' }),
  doc('text', 'txt text', {
    aliases: 'txt plain',
    names:
      'readme license licence copying notice authors contributors changelog changes history news todo install thanks credits maintainers version codeowners patents',
  }),
  doc('notebook', 'ipynb', { aliases: 'ipynb jupyter' }),
  doc('pdf', 'pdf'),
  doc('docx', 'docx', { aliases: 'word' }),

  config('json', 'json jsonc json5 webmanifest avsc har code-workspace', {
    names: '.babelrc .eslintrc .prettierrc .swcrc .jshintrc .stylelintrc .watchmanconfig composer.json',
  }),
  config('yaml', 'yaml yml', { aliases: 'yml', names: '.clang-format .clang-tidy .clangd .gemrc .yamllint' }),
  config('toml', 'toml', { names: 'pipfile' }),
  config('ini', 'ini cfg conf properties editorconfig desktop service timer socket mount target cnf reg', {
    names:
      '.editorconfig .gitconfig .gitmodules .pylintrc .flake8 .coveragerc .yarnrc .inputrc .buckconfig dotenv.example .env.example .env.sample .env.template .env.dist .env.defaults',
  }),
  config(
    'xml',
    'xml xsd xsl xslt wsdl pom csproj fsproj vbproj vcxproj proj props targets nuspec resx xaml plist storyboard xib ui rng dtd',
    { names: 'pom.xml' },
  ),
  config('ignore', 'gitignore dockerignore npmignore', {
    names:
      '.gitignore .gitattributes .dockerignore .npmignore .eslintignore .prettierignore .helmignore .ignore .agent-brainignore .mailmap .gcloudignore .vercelignore .stylelintignore',
  }),

  data('csv', 'csv tsv psv', { aliases: 'tsv' }),
  data('jsonl', 'jsonl ndjson', { aliases: 'ndjson' }),
  data('log', 'log'),
  data('po', 'po pot', { aliases: 'gettext' }),
  data('svg', 'svg'),
  data('geojson', 'geojson topojson'),
  // Calendars, mail, translations, subtitles, sequences, drawings, checksums: formats that programs write.
  data(
    'data',
    'gpx kml ics vcf eml mbox ldif xlf xliff arb fasta fa fastq sam bed gff gtf mol sdf srt vtt ass ply dxf step stp iges gcode ps fig drawio dia excalidraw nt nq trig hex ihex srec uf2 lst cast bdf pcf afm sum sha1 sha256 sha512 md5 sig minisig',
  ),
];
