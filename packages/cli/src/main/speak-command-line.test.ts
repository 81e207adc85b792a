import { AgentBrainError, errorCodes } from '@agent-brain/contract/errors';
import { expect, test } from 'vitest';
import { type FailedCommand, speakCommandLine } from './speak-command-line.ts';

const query: FailedCommand = {
  name: 'query',
  spec: {
    arguments: [{ name: 'text', description: '' }],
    options: [
      { flags: '-k, --top-k <n>', description: '' },
      { flags: '--path <glob>', description: '' },
    ],
  },
};

test.each(errorCodes)('%s names no route, whatever the server said', (code) => {
  const thrown = new AgentBrainError(code, 'POST /index/jobs/job_1?x=1 had no answer; see GET /index/folders', {
    data: { a: 1 },
    retryAfterS: 3,
  });
  const spoken = speakCommandLine(thrown, query);
  expect(`${spoken.message} ${spoken.hint}`).not.toMatch(/\b(GET|POST|DELETE) \/|openapi/);
  expect([spoken.code, spoken.exitCode, spoken.data, spoken.retryAfterS]).toEqual([code, thrown.exitCode, { a: 1 }, 3]);
});

test.each([
  ['/top_k', '--top-k is wrong — Too big'],
  ['/path_globs/1', '--path (number 2) is wrong — Too big'],
  ['/query', 'The argument "text" is wrong — Too big'],
  ['/alpha', 'The value of "alpha" is wrong — Too big'],
  ['', 'The request is wrong — Too big'],
])('the field %j of a request becomes what the user has typed', (pointer, message) => {
  const thrown = new AgentBrainError('REQUEST_INVALID', `The body of POST /query is wrong at ${pointer} — Too big`, {
    errors: [{ pointer, message: 'Too big' }],
  });
  const spoken = speakCommandLine(thrown, query);
  expect([spoken.message, spoken.hint]).toEqual([message, 'Run `agent-brain help query` to see what it takes.']);
});

test('an error that speaks of no route stays as it is', () => {
  const thrown = new AgentBrainError('JOB_UNKNOWN', 'There is no job "job_1"');
  expect(speakCommandLine(thrown, query)).toBe(thrown);
});
