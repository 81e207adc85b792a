import { indexRequestSchema } from '@agent-brain/contract/jobs';
import { expect, test } from 'vitest';
import type { SelectableFile } from '../store/index.ts';
import { selectionLoss } from './selection-loss.ts';

const file = (path: string, language = 'markdown', sourceType: SelectableFile['sourceType'] = 'doc'): SelectableFile => ({
  path,
  language,
  sourceType,
});
const stored = [
  file('README.md'),
  file('docs/a.md'),
  file('docs/deep/b.md'),
  file('docs/inner/c.md'),
  file('src/main.ts', 'typescript', 'code'),
  file('/elsewhere/x/notes.md'),
  file('/elsewhere/x/deep/run.py', 'python', 'code'),
];
const view = {
  filesBeneath: (prefix: string) => stored.filter(({ path }) => path.startsWith(prefix)),
  folderRequests: () => ['/p', '/p/docs/inner', '/elsewhere/x'].map((folderPath) => ({ folderPath, request: null })),
};
const config = { include: [], exclude: [], languages: [], chunkSize: 1500, chunkOverlap: 0, maxFileBytes: 1e6 };
const lossOf = (folder: string, request: object, configured: object = {}) => {
  const { files, lost } = selectionLoss(view, '/p', {
    folder,
    request: indexRequestSchema.parse({ folder_path: folder, ...request }),
    config: { ...config, ...configured },
  });
  return [lost, files];
};

test.each([
  ['/p', {}, {}, [0, 4]],
  ['/p', { include: ['*.ts'] }, {}, [3, 4]],
  ['/p', { exclude: ['docs'] }, {}, [2, 4]],
  ['/p', { exclude: ['docs/**'] }, {}, [2, 4]],
  ['/p', { exclude: ['dee?'] }, {}, [1, 4]],
  ['/p', { languages: ['ts'] }, {}, [3, 4]],
  ['/p', { include_code: false }, {}, [1, 4]],
  ['/p', { recursive: false }, {}, [3, 4]],
  ['/p', {}, { exclude: ['*.md'] }, [3, 4]],
  ['/p', { include: ['**'] }, { include: ['*.ts'] }, [0, 4]],
  ['/p/docs', { include: ['*.ts'] }, {}, [2, 2]],
  ['/p/docs', { include: ['docs/*.md'] }, {}, [1, 2]],
  ['/p/docs', { recursive: false }, {}, [1, 2]],
  ['/p/docs/inner', { include: ['*.ts'] }, {}, [1, 1]],
  ['/elsewhere/x', { include: ['deep/*.py'] }, {}, [1, 2]],
  ['/elsewhere/x', { exclude: ['deep'] }, {}, [1, 2]],
  ['/p/new', { include: ['*.ts'] }, {}, [0, 0]],
] as const)('of %s with %j, configured %j, %j files would be removed', (folder, request, configured, expected) => {
  expect(lossOf(folder, request, configured)).toEqual(expected);
});

test('some of the lost files are named', () => {
  const request = indexRequestSchema.parse({ folder_path: '/p', include: ['*.ts'] });
  expect(selectionLoss(view, '/p', { folder: '/p', request, config }).examples).toEqual(['README.md', 'docs/a.md', 'docs/deep/b.md']);
});
