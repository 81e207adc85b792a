import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runtimeDependencies } from './dependencies.ts';

/**
 * What the published package names as optional: native code of each platform, exact versions. npm
 * installs the one of its own platform; none of these packages has a script that runs at installation.
 */
export function nativePackages(root: string): Record<string, string> {
  const declared = globSync('packages/*/package.json', { cwd: root }).flatMap((file) => {
    const manifest = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as { optionalDependencies?: Record<string, string> };
    return Object.entries(manifest.optionalDependencies ?? {});
  });
  return Object.fromEntries(declared.toSorted(([a], [b]) => a.localeCompare(b, 'en')));
}

/** The row of the table that a platform's package belongs to. */
export const nativeDependencyOf = (name: string): string | undefined =>
  runtimeDependencies.find((dependency) => dependency.way === 'native' && name.startsWith(`${dependency.name}-`))?.name;
