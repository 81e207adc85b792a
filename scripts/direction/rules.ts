import type { IForbiddenRuleType } from 'dependency-cruiser';
import { type LibraryDoor, libraryDoors, packageDirection } from './packages.ts';

const testFile = String.raw`\.(test|contract|fixture)\.ts$|/fixtures/|^test/|^bench/|^eval/|^scripts/`;

/** Everything that must never be imported, as data for dependency-cruiser. */
export function directionRules(): IForbiddenRuleType[] {
  return [...general, ...Object.entries(packageDirection).map(packageRule), ...libraryDoors.map(doorRule)];
}

const general: IForbiddenRuleType[] = [
  {
    name: 'no-cycle',
    severity: 'error',
    comment: 'files know each other one way; only a table that loads its entries when they are asked for may be known to them',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
  },
  { name: 'no-unresolvable', severity: 'error', comment: 'the import names nothing', from: {}, to: { couldNotResolve: true } },
  {
    name: 'door-of-another-folder',
    severity: 'error',
    comment: "another folder of the package is entered through its index.ts; a list of contract tests is nobody's inside",
    from: { path: '^packages/([^/]+)/src/([^/]+)/' },
    to: {
      path: '^packages/$1/src/',
      pathNot: ['^packages/$1/src/$2/', '^packages/$1/src/[^/]+/index\\.ts$', '^packages/$1/src/[^/]+/[^/]+\\.contract\\.ts$'],
    },
  },
  {
    name: 'door-of-another-package',
    severity: 'error',
    comment: 'another package is entered by its name, through the index.ts of one of its folders',
    from: { path: '^packages/([^/]+)/' },
    to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/[^/]+/src/[^/]+/index\\.ts$'] },
  },
  {
    name: 'contract-runs-in-a-browser',
    severity: 'error',
    comment: 'the contract is data; it knows no Node module',
    from: { path: '^packages/contract/src/', pathNot: testFile },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'no-test-in-product',
    severity: 'error',
    comment: 'the product imports no test and none of its tools',
    from: { path: '^packages/', pathNot: testFile },
    to: { path: [testFile, '(^|/)node_modules/(vitest|fast-check|esbuild)/'] },
  },
];

function packageRule([name, allowed]: [string, readonly string[]]): IForbiddenRuleType {
  return {
    name: `direction-of-${name}`,
    severity: 'error',
    comment: `${name} may import ${allowed.length === 0 ? 'no other package' : `only ${allowed.join(', ')}`}`,
    // The start shim of the command line is the one file that reaches the server program, and only when asked to serve.
    from: { path: `^packages/${name}/src/` },
    to: { path: '^packages/', pathNot: [`^packages/${name}/`, ...allowed.map((entry) => `^packages/${entry.replace('/', '/src/')}/`)] },
  };
}

function doorRule({ name, libraries, folders, reason }: LibraryDoor): IForbiddenRuleType {
  const library = `(${libraries.join('|')})`;
  return {
    name: `door-of-${name}`,
    severity: 'error',
    comment: reason,
    from: { path: '^packages/', pathNot: folders.map((folder) => `^packages/${folder}/`) },
    to: { path: `(^|/)node_modules/${library}/|^(node:)?${library}$` },
  };
}
