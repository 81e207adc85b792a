import { queryRequestSchema } from '@agent-brain/contract/query';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { QueryThread } from './query-thread.ts';

const question = { kind: 'query', request: queryRequestSchema.parse({ query: 'x' }), isIndexing: false, isUnfilled: false } as const;

test('a question that is taken back while it waits is never asked, and the others have their answers in order', async () => {
  const thread = new QueryThread({ dataDir: temporaryDirectory('thread') }, () => {});
  onTestFinished(() => thread.close());
  const controller = new AbortController();
  const answered: number[] = [];
  const kept = [0, 1].map((id) => thread.ask(question).then(() => answered.push(id)));
  const abandoned = Array.from({ length: 500 }, () => thread.ask(question, controller.signal));
  const last = thread.ask(question).then(() => answered.push(2));
  controller.abort(new Error('the asker has gone'));
  for (const outcome of await Promise.allSettled(abandoned))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the asker has gone' } });
  await Promise.all([...kept, last]);
  expect(answered).toEqual([0, 1, 2]);
  expect(() => controller.signal.throwIfAborted()).toThrow('the asker has gone');
  await expect(thread.ask(question, controller.signal)).rejects.toThrow('the asker has gone');
});

test('questions that wait when the thread is closed are answered first', async () => {
  const thread = new QueryThread({ dataDir: temporaryDirectory('thread') }, () => {});
  const answers = Promise.all(Array.from({ length: 20 }, () => thread.ask(question)));
  await thread.close();
  expect(await answers).toHaveLength(20);
});
