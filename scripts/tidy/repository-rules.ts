import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type LockFile, missingPlatformPackages } from '../packaging/platform-packages.ts';

/** A rule over the list of files as a whole. Findings are ready to print. */
export interface RepositoryRule {
  readonly name: string;
  check(root: string, files: readonly string[]): string[];
}

const sizeLimitBytes = 512 * 1024;

export const repositoryRules: readonly RepositoryRule[] = [
  {
    name: 'a folder has a door',
    check: (_root, files) => {
      const folders = new Set(files.flatMap((file) => /^(packages\/[^/]+\/src\/[^/]+)\/.*\.ts$/.exec(file)?.[1] ?? []));
      return [...folders].filter((folder) => !files.includes(`${folder}/index.ts`)).map((folder) => `${folder}: has no index.ts`);
    },
  },
  {
    name: 'no large blobs',
    check: (root, files) =>
      files
        .filter((file) => file !== 'package-lock.json' && statSync(path.join(root, file)).size > sizeLimitBytes)
        .map((file) => `${file}: larger than ${sizeLimitBytes} bytes`),
  },
  {
    name: 'the lock file names the public registry or no place at all',
    check: (root) => {
      const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, { resolved?: string; link?: boolean }>;
      };
      return Object.entries(packages)
        .filter(([, { resolved, link }]) => resolved !== undefined && link !== true && !resolved.startsWith('https://registry.npmjs.org/'))
        .map(([name, { resolved }]) => `package-lock.json: ${name} comes from ${resolved ?? ''}`);
    },
  },
  {
    name: 'the lock file knows the packages of all platforms',
    check: (root) =>
      missingPlatformPackages(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as LockFile).map(
        ({ name, version }) => `package-lock.json: ${name}@${version} is missing, \`npm ci\` will refuse the file (npm run lock)`,
      ),
  },
  {
    name: 'the papers are there',
    check: (root) =>
      [
        'README.md',
        'ARCHITECTURE.md',
        'CONTRIBUTING.md',
        'AGENTS.md',
        'CLAUDE.md',
        'CHANGELOG.md',
        'LICENSE',
        'SECURITY.md',
        'docs/glossary.md',
      ]
        .filter((file) => !existsSync(path.join(root, file)))
        .map((file) => `${file}: is missing`),
  },
  {
    name: 'the change log follows Keep a Changelog',
    check: (root) => {
      const file = path.join(root, 'CHANGELOG.md');
      if (!existsSync(file)) return [];
      const headings = [...readFileSync(file, 'utf8').matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '');
      const wrong = headings.filter((heading, index) =>
        index === 0 ? heading !== '[Unreleased]' : !/^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/.test(heading),
      );
      return headings.length === 0
        ? ['CHANGELOG.md: has no [Unreleased] section']
        : wrong.map((heading) => `CHANGELOG.md: heading "${heading}"`);
    },
  },
];
