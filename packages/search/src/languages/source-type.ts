import type { SourceType } from '@agent-brain/contract/query';
import { kindOfPath, languageById } from './language-of.ts';
import { wordSet } from './word-set.ts';

/** Directories that hold tests or what only tests use, in any language. Matched against whole names, lower case. */
const testDirectories = wordSet(`
  test tests __tests__ __test__ __mocks__ __fixtures__ __snapshots__ spec specs testdata test-data test_data testfixtures
  test-fixtures fixtures testutil testutils test-utils test_utils e2e cypress unittest unittests unit-tests integration-test
  integration-tests integration_tests functional-tests jstests pytests conformance-tests
`);

/** Source sets of Gradle and Kotlin Multiplatform (`src/jvmTest`, `src/integrationTest`) and .NET projects (`Core.Tests`). */
const testDirectoryPattern = /^(?:[a-z]+(?:Test|Tests|Spec|Specs)|[\w.]+[.-](?:Unit|Integration|Functional)?Tests?|[\w-]+[._-]tests?)$/;

/** Names by the customs of test runners; the stem is without its last extension. */
const testNames: readonly RegExp[] = [
  /(?:^|[._-])(?:test|tests|spec|specs)$/i, // foo.test.ts, foo_test.go, foo-spec.js, foo_spec.rb, test.py
  /[a-z0-9](?:Test|Tests|TestCase|Spec|Specs|IT|ITCase)$/, // FooTest.java, FooTests.cs, FooSpec.scala, FooIT.java
  /^(?:test|tests)[._-]/i, // test_foo.py, test-foo.R
  /^Test[A-Z]/, // TestFoo.java
  /_(?:unittest|unittests|browsertest|testlib|SUITE|tests)$/, // foo_unittest.cc, foo_SUITE.erl
  /\.(?:cy|e2e|e2e-spec|test-d|stories|bench\.test)$/i,
  /^(?:conftest|runtests|testthat|setuptests|jest\.setup|vitest\.setup)$/i,
];

/**
 * What a file is to a reader: `doc` by its format, wherever it lies; `test` by the customs of its
 * ecosystem; everything else, settings too, is `code`. A text of unknown format is `code`, since
 * goldens and inputs of programs are more frequent among those than prose.
 * @param path relative to the project root, `/` separators
 * @param language id of {@link languageOf}
 */
export function sourceTypeOf(path: string, language: string): SourceType {
  if (languageById(language)?.kind === 'doc' && (language !== 'text' || kindOfPath(path).kind === 'known')) return 'doc';
  return isTestPath(path) ? 'test' : 'code';
}

/** Whether the path is a test's, or a file only tests use, by directory or by name. */
export function isTestPath(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  for (const part of parts) {
    if (testDirectories.has(part.toLowerCase()) || testDirectoryPattern.test(part)) return true;
  }
  const extension = name.slice(name.lastIndexOf('.') + 1);
  if (extension === 't' || extension === 'bats' || extension === 'snap') return true;
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  return testNames.some((pattern) => pattern.test(stem));
}
