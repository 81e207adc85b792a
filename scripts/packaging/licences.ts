import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  name: string;
  version: string;
  license?: string;
}

const accepted = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0']);

/**
 * The licences of the libraries whose code is in the bundle, as one text. Throws an error that names
 * the library when its licence is not one of those that may be bundled.
 */
export function licenceNotice(root: string, packageFolders: readonly string[]): string {
  const sections = packageFolders.map((folder) => {
    const { name, version, license = 'none' } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as Manifest;
    if (!accepted.has(license))
      throw new Error(`${name}@${version} has the licence "${license}", which is not on the list of those that may be bundled`);
    return `## ${name} ${version} (${license})\n\n${licenceText(path.join(root, folder)) ?? `Published under the ${license} licence; the package holds no licence text.`}\n`;
  });
  return `# Licences of bundled libraries\n\n${sections.join('\n')}`;
}

function licenceText(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  return file === undefined || !existsSync(path.join(folder, file)) ? undefined : readFileSync(path.join(folder, file), 'utf8').trim();
}
