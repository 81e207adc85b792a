import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One declaration file out of those that `tsc -b` made, with everything that the door at `entry` hands on and nothing
 * from outside: a user of the package needs no other package to check types. A name of `known` is declared as it says
 * there, and its own file is not entered.
 *
 * @param entry a door, `packages/client/dist/library/index.d.ts`
 * @throws an error for two declarations of one name, and for a statement that it does not understand
 */
export function bundleTypes(root: string, entry: string, known: ReadonlyMap<string, string>): string {
  const door = path.join(root, entry);
  const files = new Set<string>();
  const taken = new Map<string, string>();
  const enter = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    follow(file);
  };
  const follow = (file: string): void => {
    for (const { names, specifier } of statements(readFileSync(file, 'utf8')))
      for (const name of names) {
        if (known.has(name)) takeKnown(name, known, taken);
        else enter(originOf(root, file, specifier, name));
      }
  };
  follow(door);

  const texts = [...[...files].map((file) => declarationsOf(readFileSync(file, 'utf8'))), ...taken.values()];
  refuseTwins(texts);
  const exported = statements(readFileSync(door, 'utf8')).flatMap(({ names }) => names);
  return `${texts.join('\n\n')}\n\nexport { ${exported.join(', ')} };\n`;
}

/** A known declaration, and those that it names. */
function takeKnown(name: string, known: ReadonlyMap<string, string>, taken: Map<string, string>): void {
  const declaration = known.get(name);
  if (declaration === undefined || taken.has(name)) return;
  taken.set(name, declaration);
  for (const [word] of declaration.matchAll(/\b[A-Z]\w+\b/g)) takeKnown(word, known, taken);
}

const statement = /^(?:import|export)(?: type)? \{([^}]*)\} from '([^'\n]+)';\n?/gm;

/** What a file imports, or hands on, from elsewhere. */
function statements(text: string): { names: string[]; specifier: string }[] {
  return [...text.matchAll(statement)].map(([, list = '', specifier = '']) => ({ names: listed(list), specifier }));
}

function listed(list: string): string[] {
  const names = list.split(',').flatMap((part) => part.trim().replace(/^type /, '') || []);
  const renamed = names.find((name) => !/^\w+$/.test(name));
  if (renamed !== undefined) throw new Error(`published types cannot be renamed on the way: ${renamed}`);
  return names;
}

/** The file that declares a name, behind the doors on the way. */
function originOf(root: string, importer: string, specifier: string, name: string): string {
  const inPackage = /^@agent-brain\/([^/]+)\/([^/]+)$/.exec(specifier);
  if (inPackage === null && !specifier.startsWith('.')) throw new Error(`published types reach ${specifier} by ${name} in ${importer}`);
  const file =
    inPackage === null
      ? path.resolve(path.dirname(importer), specifier.replace(/\.ts$/, '.d.ts'))
      : path.join(root, 'packages', inPackage[1] ?? '', 'dist', inPackage[2] ?? '', 'index.d.ts');
  const next = originsIn(file).get(name);
  return next === undefined ? file : originOf(root, file, next, name);
}

/** The names that a door hands on, and from where. */
const originsIn = (file: string): Map<string, string> =>
  new Map(
    statements(readFileSync(file, 'utf8')).flatMap(({ names, specifier }) => names.map((name): [string, string] => [name, specifier])),
  );

/** What a file declares itself, nothing of it exported. */
function declarationsOf(text: string): string {
  const own = text.replaceAll(statement, '').replaceAll(/^export \{\};\n?/gm, '');
  if (/^(?:import|export \*|export default|export \{)/m.test(own)) throw new Error(`a statement that is not understood in:\n${own}`);
  return own.replaceAll(/^export (?=declare |interface |type )/gm, '').trim();
}

function refuseTwins(texts: readonly string[]): void {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^(?:declare )?(?:abstract )?(?:interface|type|class|const|function) (\w+)/gm)].map(([, name]) => name ?? ''),
  );
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw new Error(`two published declarations have the name ${twin}`);
}
