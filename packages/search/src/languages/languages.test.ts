import { describe, expect, test } from 'vitest';
import { isTestPath, kindOfPath, languageIds, languageOf, languages, resolveLanguages, sourceTypeOf } from './index.ts';
import { binaryExtensions } from './unindexed-extensions.ts';

describe('the table of languages', () => {
  test('claims each extension, name, interpreter and filter word once', () => {
    for (const words of [
      languages.flatMap((language) =>
        [...language.extensions, ...binaryExtensions].filter(
          (word, at, all) => at < language.extensions.length || (language === languages[0] && all.indexOf(word) === at),
        ),
      ),
      languages.flatMap((language) => language.names),
      languages.flatMap((language) => language.interpreters),
      languages.flatMap((language) => [language.id, ...language.aliases]),
    ]) {
      const seen = words.filter((word, at) => words.indexOf(word) !== at);
      expect(seen).toEqual([]);
    }
  });

  test('knows the languages the contract names', () => {
    const named =
      'python typescript tsx javascript java kotlin c cpp csharp go rust swift ruby php bash scala lua elixir haskell markdown mdx rst asciidoc html text notebook pdf docx json yaml toml ini xml';
    expect(languageIds).toEqual(expect.arrayContaining(named.split(' ')));
    expect(languages.filter((language) => language.kind === 'code').length).toBeGreaterThanOrEqual(30);
  });
});

describe('the language of a file', () => {
  test.each([
    ['src/App.tsx', 'tsx'],
    ['types/index.d.ts', 'typescript'],
    ['a/b.PY', 'python'],
    ['include/x.hpp', 'cpp'],
    ['include/x.h', 'c'],
    ['Dockerfile', 'dockerfile'],
    ['docker/Dockerfile.dev', 'dockerfile'],
    ['api.dockerfile', 'dockerfile'],
    ['Makefile', 'makefile'],
    ['CMakeLists.txt', 'cmake'],
    ['BUILD', 'starlark'],
    ['WORKSPACE', 'starlark'],
    ['build', 'text'],
    ['Gemfile', 'ruby'],
    ['Jenkinsfile', 'groovy'],
    ['build.gradle.kts', 'kotlin'],
    ['README', 'text'],
    ['LICENSE', 'text'],
    ['docs/guide.mdx', 'mdx'],
    ['git-log.1', 'man'],
    ['lib.so.1', 'text'],
    ['pom.xml', 'xml'],
    ['.gitignore', 'ignore'],
    ['.editorconfig', 'ini'],
    ['notes', 'text'],
    ['x.unknownextension', 'text'],
    ['.hidden', 'text'],
    ['trailing.', 'text'],
    ['app/über.kt', 'kotlin'],
    ['new\nline.go', 'go'],
  ])('of %j is %s', (path, language) => {
    expect(languageOf(path)).toBe(language);
  });

  test('is none for binaries; of data it says that it is data', () => {
    expect(languageOf('logo.PNG')).toBeNull();
    expect(kindOfPath('logo.png').kind).toBe('binary');
    expect(kindOfPath('drawing.svg')).toMatchObject({ kind: 'known', language: { id: 'svg', kind: 'data' } });
    expect(languageOf('table.CSV')).toBe('csv');
  });

  test.each([
    ['#!/bin/sh\n', 'bash'],
    ['#!/usr/bin/env python3.12\nimport os', 'python'],
    ['#! /usr/bin/env -S node --no-warnings\r\n', 'javascript'],
    ['#!/usr/bin/env FOO=bar ruby', 'ruby'],
    ['#!/opt/odd', 'text'],
    ['#!', 'text'],
    ['plain', 'text'],
  ])('of a file without extension comes from its first line %j', (head, language) => {
    expect(languageOf('bin/run', head)).toBe(language);
    expect(languageOf('bin/install', Buffer.from(head))).toBe(language);
  });

  test('of a file with an extension does not depend on its first line', () => {
    expect(languageOf('x.txt', '#!/bin/sh')).toBe('text');
    expect(languageOf('x.py', '#!/bin/sh')).toBe('python');
  });
});

describe('the source type', () => {
  test.each([
    'src/foo.test.ts',
    'src/foo.spec.js',
    'pkg/foo_test.go',
    'tests/unit/x.py',
    'test_foo.py',
    'foo_test.py',
    'conftest.py',
    'src/test/java/a/Foo.java',
    'core/src/jvmTest/kotlin/A.kt',
    'a/FooTest.java',
    'a/FooTests.cs',
    'Core.Tests/X.cs',
    'spec/models/user_spec.rb',
    'a/FooSpec.scala',
    'src/__tests__/a.jsx',
    'base/foo_unittest.cc',
    'Tests/FooTests/A.swift',
    't/basic.t',
    'test/foo.bats',
    'FooTest.php',
    'a/foo_SUITE.erl',
    'test/user_test.exs',
    'testdata/in.json',
    'cypress/login.js',
    'e2e/login.ts',
    'test/runtests.jl',
    'fixtures/a.xml',
  ])('of %s is test', (path) => {
    expect(sourceTypeOf(path, languageOf(path) as string)).toBe('test');
  });

  test.each([
    'src/contest.ts',
    'src/latest.go',
    'src/attestation/key.rs',
    'src/inspect.py',
    'src/special.c',
    'lib/Manifest.java',
    'src/testing/run.go',
    'src/protest/a.py',
    'config/app.yaml',
    'src/Digest.java',
  ])('of %s is code', (path) => {
    expect(sourceTypeOf(path, languageOf(path) as string)).toBe('code');
  });

  test('of a document is doc wherever it lies', () => {
    expect(sourceTypeOf('tests/README.md', 'markdown')).toBe('doc');
    expect(sourceTypeOf('README', 'text')).toBe('doc');
    expect(sourceTypeOf('notes.txt', 'text')).toBe('doc');
  });

  test('of a text in an unknown format is not doc', () => {
    expect(sourceTypeOf('data/case.golden', 'text')).toBe('code');
    expect(isTestPath('data/case.golden')).toBe(false);
    expect(sourceTypeOf('testdata/case.golden', 'text')).toBe('test');
  });
});

describe('a filter by languages', () => {
  test('takes aliases, any case and dialects', () => {
    expect(resolveLanguages(['TypeScript', 'c++', 'shell'])).toEqual(new Set(['typescript', 'tsx', 'cpp', 'bash']));
    expect(resolveLanguages(['tsx'])).toEqual(new Set(['tsx']));
  });

  test('is none when the list is empty', () => {
    expect(resolveLanguages([])).toBeNull();
  });

  test('refuses a word that names no language', () => {
    expect(() => resolveLanguages(['klingon'])).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  });
});
