import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

/** Where a name of a door comes from: the file that exports it, and its name there. */
interface Origin {
  file: string;
  name: string;
}

/**
 * Leads imports past the doors (`index.ts`) of our folders, to the file that holds what is imported.
 * A bundler that splits code takes a door as a whole: one name of it brings everything behind it into
 * the first file that is loaded, and a command that needs a path would wait for all schemas.
 *
 * @param onDoor called with each door that was read: the bundler does not know of it
 */
export function directImports(root: string, onDoor: (door: string) => unknown = () => undefined): Plugin {
  const doors = new Map<string, Map<string, Origin>>();
  const originsOf = (door: string): Map<string, Origin> => {
    onDoor(door);
    const known = doors.get(door) ?? readDoor(door);
    doors.set(door, known);
    return known;
  };
  return {
    name: 'direct-imports',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]packages[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
        const source = await readFile(file, 'utf8');
        const direct = rewriteImports(source, (specifier) => doorOf(root, file, specifier), originsOf);
        return { contents: zodByName(direct), loader: 'ts' };
      });
    },
  };
}

const importStatement = /^import \{([^}]*)\} from '([^'\n]+)';$/gm;

/** Every `import { … } from` a door becomes one import per file behind it; other statements stay. Line numbers stay too. */
export function rewriteImports(
  source: string,
  doorFile: (specifier: string) => string | undefined,
  originsOf: (door: string) => ReadonlyMap<string, Origin>,
): string {
  return source.replaceAll(importStatement, (statement, list: string, specifier: string) => {
    const door = doorFile(specifier);
    if (door === undefined) return statement;
    const origins = originsOf(door);
    const imports = list
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '' && !part.startsWith('type '))
      .map((part) => {
        const [name = '', local = name] = part.split(/\s+as\s+/);
        const origin = origins.get(name) ?? { file: door, name };
        return `import { ${origin.name === local ? local : `${origin.name} as ${local}`} } from ${JSON.stringify(origin.file)};`;
      });
    return imports.join(' ') + '\n'.repeat(statement.split('\n').length - 1);
  });
}

/**
 * zod's `z` is an object with everything in it, which a bundler keeps as a whole; as a namespace of the
 * module it is the same to its users, and what they do not name is left out.
 */
export const zodByName = (source: string): string =>
  source.replaceAll(/^import \{ z \} from '(zod(?:\/mini)?)';$/gm, "import * as z from '$1';");

/** The `index.ts` that an import means, when it means one of ours. */
function doorOf(root: string, importer: string, specifier: string): string | undefined {
  const inPackage = /^@agent-brain\/([^/]+)\/([^/]+)$/.exec(specifier);
  const file =
    inPackage === null
      ? path.resolve(path.dirname(importer), specifier)
      : path.join(root, 'packages', inPackage[1] ?? '', 'src', inPackage[2] ?? '', 'index.ts');
  return path.basename(file) === 'index.ts' && (specifier.startsWith('.') || inPackage !== null) && existsSync(file) ? file : undefined;
}

/** What a door exports from other files. What it defines itself is not in the map. */
function readDoor(door: string): Map<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const [, list = '', specifier = ''] of readFileSync(door, 'utf8').matchAll(/^export \{([^}]*)\} from '(\.[^'\n]+)';$/gm)) {
    for (const part of list
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '' && !text.startsWith('type '))) {
      const [name = '', exported = name] = part.split(/\s+as\s+/);
      origins.set(exported, { file: path.resolve(path.dirname(door), specifier), name });
    }
  }
  return origins;
}
