import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser';
import { folderCycles } from '../direction/folder-cycles.ts';
import { packageDirection } from '../direction/packages.ts';
import { directionRules } from '../direction/rules.ts';
import { writtenImports } from '../direction/written-imports.ts';
import type { Part } from './part.ts';
import { isTest, isTypeScript, trackedFiles } from './tracked-files.ts';

/**
 * Which way imports go. The floor has two stages, because dependency-cruiser needs a parser for
 * TypeScript and without one sees no module, or modules without imports, and exits 0: every file is
 * among the modules, and every import written in it is among its edges.
 */
export const direction: Part = {
  name: 'direction',
  question: 'do imports follow the architecture',
  minimum: 400,
  async run(root) {
    const expected = trackedFiles(root).filter(isTypeScript);
    const modules = await cruiseModules(root, expected);
    const bySource = new Map(modules.map((module) => [module.source, module]));
    const blind = expected.filter((file) => !seesImports(root, file, bySource.get(file)));
    return {
      findings: [
        ...violations(modules),
        ...folderCycles(modules.filter(({ source }) => !isTest(source)).map(edges)).map((circle) => `folder-cycle: ${circle}`),
        ...unknownPackages(expected),
      ],
      seen: expected.length - blind.length,
      expected: expected.length,
      notes: blind.map((file) => `not seen, or not all of its imports: ${file}`),
    };
  },
};

async function cruiseModules(root: string, files: string[]): Promise<IModule[]> {
  const { output } = await cruise(files, {
    baseDir: root,
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(packages|test)/.*/dist/' },
    validate: true,
    ruleSet: { forbidden: directionRules() },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  });
  return (output as ICruiseResult).modules;
}

function violations(modules: readonly IModule[]): string[] {
  const comments = new Map(directionRules().map((rule) => [rule.name, rule.comment]));
  return modules.flatMap(({ source, dependencies }) =>
    dependencies.flatMap(({ module, rules = [] }) =>
      rules.map(({ name }) => `${source} → ${module}: ${name} (${comments.get(name) ?? ''})`),
    ),
  );
}

const edges = ({ source, dependencies }: IModule): { source: string; targets: string[] } => ({
  source,
  targets: dependencies.map(({ resolved }) => resolved),
});

function seesImports(root: string, file: string, module: IModule | undefined): boolean {
  if (module === undefined) return false;
  const seen = new Set(module.dependencies.map((dependency) => withoutScheme(dependency.module)));
  return writtenImports(readFileSync(path.join(root, file), 'utf8')).every((specifier) => seen.has(withoutScheme(specifier)));
}

/** The cruiser drops `node:` where Node knows the module without it as well. */
const withoutScheme = (specifier: string): string => specifier.replace(/^node:/, '');

function unknownPackages(files: readonly string[]): string[] {
  const names = new Set(files.flatMap((file) => /^packages\/([^/]+)\//.exec(file)?.[1] ?? []));
  return [...names]
    .filter((name) => !(name in packageDirection))
    .map((name) => `packages/${name} has no line in scripts/direction/packages.ts`);
}
