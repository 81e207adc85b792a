import { describe, expect, test } from 'vitest';
import { problemSchema } from '../problem/index.ts';
import {
  AgentBrainError,
  asAgentBrainError,
  catalogue,
  errorKinds,
  fromProblem,
  isAgentBrainError,
  redactSecrets,
  toProblem,
} from './index.ts';

describe('error kinds', () => {
  test('keep the HTTP status and the exit code that scripts rely on', () => {
    expect(errorKinds).toEqual({
      usage: { status: 400, exitCode: 2 },
      precondition: { status: 409, exitCode: 3 },
      'not-found': { status: 404, exitCode: 4 },
      busy: { status: 503, exitCode: 5 },
      unavailable: { status: 503, exitCode: 6 },
      auth: { status: 401, exitCode: 7 },
      incompatible: { status: 500, exitCode: 8 },
      internal: { status: 500, exitCode: 1 },
    });
  });
});

describe('the catalogue', () => {
  test.each(Object.entries(catalogue))('%s has a code of its form, a title and a next step', (code, entry) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(entry.title).toMatch(/^[A-Z/].*[^.]$/);
    expect(entry.hint).toMatch(/\.$/);
    expect(Object.keys(errorKinds)).toContain(entry.kind);
  });
});

describe('AgentBrainError', () => {
  test('takes kind, status and exit code from the catalogue', () => {
    const error = new AgentBrainError('HOST_NOT_ALLOWED', 'The Host header is "evil.example"');
    expect([error.kind, error.status, error.exitCode]).toEqual(['usage', 421, 2]);
    expect(error.hint).toBe(catalogue.HOST_NOT_ALLOWED.hint);
  });

  test('never carries a token in its message or hint', () => {
    const error = new AgentBrainError('INTERNAL', 'sent Bearer s3cr3t-x with abt_Zm9vYmFy', { hint: 'drop abt_Zm9vYmFy' });
    expect(`${error.message} ${error.hint}`).not.toMatch(/s3cr3t|Zm9v/);
  });

  test('is recognised when another copy of the module made it', () => {
    const foreign = { [Symbol.for('agent-brain.error')]: true, code: 'INTERNAL' };
    expect(isAgentBrainError(foreign)).toBe(true);
    expect(isAgentBrainError(new Error('plain'))).toBe(false);
  });

  test('hides the text of a foreign error and keeps it as the cause', () => {
    const cause = new Error('password=hunter2');
    const error = asAgentBrainError(cause);
    expect(error.code).toBe('INTERNAL');
    expect(error.message).not.toContain('hunter2');
    expect(error.cause).toBe(cause);
  });
});

describe('problem documents', () => {
  test('carry an error over a process border and back', () => {
    const error = new AgentBrainError('JOB_DUPLICATE', '/p is queued as job_1', {
      hint: 'Follow job_1.',
      retryAfterS: 2,
      errors: [{ pointer: '/folder_path', message: 'queued' }],
      data: { job_id: 'job_1' },
    });
    const problem = problemSchema.parse(JSON.parse(JSON.stringify(toProblem(error, '7f1d8c1e-1b1f-4c57-9a7f-0d5a4d1c2b3a'))));
    expect(problem.instance).toBe('urn:uuid:7f1d8c1e-1b1f-4c57-9a7f-0d5a4d1c2b3a');
    const back = fromProblem(problem);
    expect({ ...back, message: back.message }).toEqual({ ...error, message: error.message });
  });
});

describe('redactSecrets', () => {
  test.each([
    ['token abt_A-b_9 end', 'token abt_[redacted] end'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [redacted]'],
    ['nothing here', 'nothing here'],
  ])('%s', (text, redacted) => {
    expect(redactSecrets(text)).toBe(redacted);
  });
});
