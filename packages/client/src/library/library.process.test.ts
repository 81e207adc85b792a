import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Machine, readRuntime } from '@agent-brain/test-harness/agent-brain';
import { expect, test } from 'vitest';

const tour = path.join(import.meta.dirname, 'fixtures', 'tour.ts');

test('a program starts, indexes, follows, asks, is refused, loses the instance and gets another, all through one door', async () => {
  const machine = new Machine();
  const project = machine.project('mein Gerät', { 'src/a.ts': 'export const answer = 42;\n', 'README.md': '# The answer\n' });
  const { stdout } = await promisify(execFile)(process.execPath, [tour], { cwd: project, env: machine.environment });
  const seen = JSON.parse(stdout) as Record<string, unknown>;
  const aborted = seen['aborted'] as unknown[];
  expect(aborted).toHaveLength(13);
  for (const [index, answer] of aborted.entries()) expect([index, answer]).toEqual([index, { name: 'AbortError' }]);
  const usage = (code: string) => ({ code, kind: 'usage', hint: true });
  const notFound = (code: string) => ({ code, kind: 'not-found', hint: true });
  expect(seen).toEqual({
    nothing: null,
    same: true,
    found: true,
    root: true,
    job: { status: 'completed', files: 3, sawEnd: true },
    events: 'completed',
    waited: 'completed',
    folders: 2,
    result: 'src/a.ts',
    chunk: 'src/a.ts',
    documents: 3,
    listed: 1,
    aborted,
    refused: {
      query: usage('REQUEST_INVALID'),
      job: notFound('JOB_UNKNOWN'),
      finished: notFound('JOB_FINISHED'),
      folder: usage('FOLDER_INVALID'),
      outside: usage('FOLDER_OUTSIDE_PROJECT'),
      chunk: notFound('CHUNK_UNKNOWN'),
      path: usage('PROJECT_PATH_MISSING'),
    },
    ended: { code: 'INSTANCE_NOT_RUNNING', kind: 'unavailable', hint: true },
    again: { other: true, result: 'src/a.ts' },
  });

  const { base_url, token } = readRuntime(project);
  const metrics = await fetch(`${base_url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(await metrics.text()).toMatch(/^agent_brain_discovery\w*_count [1-9]/m);
});
