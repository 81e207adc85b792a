import { expect, test } from 'vitest';
import { serveArguments } from './serve-arguments.ts';

const needed = ['--project-root', '/p', '--state-dir', '/p/.claude/agent-brain'];

test('the project root and the state dir are taken as they are, the rest becomes configuration', () => {
  expect(
    serveArguments([
      ...needed,
      '--port',
      '4000',
      '--log-level',
      'debug',
      '--config-flag',
      'chunk_size=900',
      '--config-flag=exclude=["a=b"]',
    ]),
  ).toEqual({
    mode: 'project',
    options: {
      projectRoot: '/p',
      stateDir: '/p/.claude/agent-brain',
      flags: { port: '4000', log_level: 'debug', chunk_size: '900', exclude: '["a=b"]' },
    },
  });
});

test('a daemon is named by its home', () => {
  expect(serveArguments(['--shared', '--home', '/h', '--port=4000'])).toEqual({
    mode: 'shared',
    options: { home: '/h', flags: { port: '4000' } },
  });
});

test.each([
  [['--project-root', '/p'], '--state-dir is missing'],
  [['--state-dir', '/s'], '--project-root is missing'],
  [['--project-root', 'p', '--state-dir', '/s'], 'must be an absolute path'],
  [[...needed, '--config-flag', 'oops'], 'key=value'],
  [[...needed, '--token', 'x'], 'token'],
  [[...needed, 'extra'], 'extra'],
  [['--shared'], '--home is missing'],
  [['--shared', '--home', 'h'], 'must be an absolute path'],
  [['--shared', '--home', '/h', ...needed], '--project-root is "/p", and it does not go with --shared'],
  [[...needed, '--home', '/h'], '--home is "/h", and it goes with --shared'],
])('%j is refused', (argv, reason) => {
  expect(() => serveArguments(argv)).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID', message: expect.stringContaining(reason) }),
  );
});
