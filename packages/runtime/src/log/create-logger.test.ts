import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger, type LoggerOptions, type LogLine, readLogLines, withLogContext } from './index.ts';

const logFile = (): string => path.join(temporaryDirectory('log'), 'server.log');

async function openedLog(file: string, options: Partial<LoggerOptions> = {}) {
  const log = await createLogger({ target: { file }, level: 'info', ...options });
  onTestFinished(() => log.close());
  return log;
}

async function linesOf(file: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of readLogLines(file)) lines.push(line);
  return lines;
}

test('a line is a JSON object with level, time, message and context', async () => {
  const file = logFile();
  const { logger } = await openedLog(file, { context: { instance_id: 'ab_000000000000' } });
  logger.info({ files: 3 }, 'indexed');
  logger.debug('not at this level');
  const lines = await linesOf(file);
  expect(lines.map(({ record }) => record)).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      pid: process.pid,
      instance_id: 'ab_000000000000',
      files: 3,
      msg: 'indexed',
    },
  ]);
});

test('lines carry the request and the job they belong to, through awaits', async () => {
  const file = logFile();
  const { logger } = await openedLog(file);
  await withLogContext({ request_id: 'r1' }, async () => {
    await new Promise(setImmediate);
    withLogContext({ job_id: 'j1' }, () => logger.info('both'));
    logger.info('one');
  });
  logger.info('none');
  const lines = await linesOf(file);
  expect(lines.map(({ record }) => [record?.['msg'], record?.['request_id'], record?.['job_id']])).toEqual([
    ['both', 'r1', 'j1'],
    ['one', 'r1', undefined],
    ['none', undefined, undefined],
  ]);
});

test('no secret reaches the file, whatever it came in with', async () => {
  const file = logFile();
  const { logger } = await openedLog(file, { context: { token: 'abt_SECRET-of-the-instance' } });
  const headers = { authorization: 'Bearer SECRET', cookie: 'a=SECRET' };
  logger.info({ req: { headers }, deep: [{ api_key: 'SECRET\\"x' }] }, 'GET /query?token=SECRET with "Bearer SECRET"');
  logger.error(
    { err: new AgentBrainError('INTERNAL', 'x', { data: { token: 'SECRET' } }) },
    JSON.stringify({ token: 'SECRET', refresh_token: 'abt_SECRET' }),
  );
  logger.child({ password: 'SECRET' }).warn('child');
  const text = fs.readFileSync(file, 'utf8');
  expect(text).not.toContain('SECRET');
  const lines = await linesOf(file);
  expect(lines).toHaveLength(3);
  expect(lines.every(({ record }) => record !== undefined)).toBe(true);
});

test('the file is private, also when it was not', async () => {
  const file = logFile();
  fs.writeFileSync(file, '', { mode: 0o644 });
  await openedLog(file);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ['a missing directory', (file: string) => fs.rmdirSync(path.dirname(file)), 'FILE_UNWRITABLE'],
  ['a symbolic link', (file: string) => fs.symlinkSync('/dev/null', file), 'STATE_DIR_UNSAFE'],
])('%s in place of the log is an error when it is opened', async (_, put, code) => {
  const file = logFile();
  put(file);
  await expect(createLogger({ target: { file }, level: 'info' })).rejects.toMatchObject({ code, message: expect.stringContaining(file) });
});
