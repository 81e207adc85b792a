import { expect, test } from 'vitest';
import type { CommandSpec } from '../command-line/index.ts';
import { type CompletionWorld, suggest } from './index.ts';

const specs: Record<string, CommandSpec> = {
  query: {
    description: '',
    examples: [],
    arguments: [{ name: 'text', description: '', variadic: true }],
    options: [
      { flags: '-k, --top-k <n>', description: 'Results' },
      { flags: '--mode <mode>', description: '', choices: ['bm25', 'hybrid'] },
      { flags: '--path <glob>', description: '', repeatable: true, values: 'files' },
      { flags: '--explain', description: '' },
    ],
  },
  jobs: { description: '', examples: [], arguments: [{ name: 'job', description: '', words: ['cancel'], values: 'jobs' }] },
};
const world: CompletionWorld = {
  globalOptions: [
    { flags: '--project <dir>', description: '', values: 'projects' },
    { flags: '-q, --quiet', description: '' },
  ],
  commands: [
    { value: 'query', description: 'Search' },
    { value: 'jobs', description: 'Jobs' },
  ],
  specOf: async (name) => specs[name],
  valuesOf: async (source) => [{ value: `a-${source}`, description: '' }],
};
const complete = async (...words: string[]) => {
  const { words: found, paths } = await suggest(words, world);
  return [...found.map(({ value }) => value), ...(paths === 'none' ? [] : [`:${paths}`])];
};

test.each<[string[], string[]]>([
  [[''], ['query', 'jobs']],
  [['q'], ['query']],
  [['-'], ['--project', '--quiet']],
  [
    ['--project', ''],
    ['a-projects', ':directories'],
  ],
  [['--project', 'x', 'q'], ['query']],
  [
    ['query', '--'],
    ['--top-k', '--mode', '--path', '--explain', '--project', '--quiet'],
  ],
  [['query', '--explain', '--ex'], []],
  [['query', '--path', 'x', '--pa'], ['--path']],
  [
    ['query', '--mode', ''],
    ['bm25', 'hybrid'],
  ],
  [['query', '--mode=h'], ['--mode=hybrid']],
  [['query', '--mode', '=', 'h'], ['--mode=hybrid']],
  [['query', '-k', '3', '--mo'], ['--mode']],
  [
    ['query', '--path', ''],
    ['a-files', ':files'],
  ],
  [['query', 'words', ''], []],
  [
    ['jobs', ''],
    ['cancel', 'a-jobs'],
  ],
  [['query', '--', '-'], [':files']],
  [['nonsense', ''], []],
])('%j is completed by %j', async (words, expected) => {
  expect(await complete(...words)).toEqual(expected);
});
