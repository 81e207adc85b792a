import { Machine } from '@agent-brain/test-harness/agent-brain';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, test } from 'vitest';
import { type Message, RawAgent } from '../fixtures/index.ts';

test('lines that are no messages, requests of unheard size, and calls that fit no schema get errors of the protocol, and it goes on', async () => {
  const machine = new Machine();
  const agent = new RawAgent(machine.project('hostile'), machine.environment);
  await agent.open();
  const code = (message: Message): number | undefined => message.error?.code;
  const orphans = (): Message[] => agent.messages.filter(({ id }) => id === null);

  agent.write('{"jsonrpc":"2.0","id":90,"method"\n\n   \nnot json\n[{"jsonrpc":"2.0","id":91,"method":"ping"}]\n17\n');
  agent.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
  agent.write(`{"jsonrpc":"2.0","id":92,"method":"tools/call","params":{"name":"${'x'.repeat(1_100_000)}"}}\n`);
  await waitUntil('all have an answer', () => orphans().length === 6);
  expect(orphans().map(code)).toEqual([-32_700, -32_700, -32_600, -32_600, -32_700, -32_600]);

  agent.write('{"jsonrpc":"1.0","id":"a","method":"ping"}\n{"id":7,"result":{}}\n{"jsonrpc":"2.0","id":"b","method":5}\n');
  expect(code(await agent.answer('a'))).toBe(-32_600);
  expect(code(await agent.answer('b'))).toBe(-32_600);
  expect(orphans()).toHaveLength(7);
  expect(code(await agent.ask('no/such/method'))).toBe(-32_601);
  expect(code(await agent.ask('tools/call', { name: 'no_such_tool', arguments: {} }))).toBe(-32_602);
  expect(code(await agent.ask('tools/call', { name: 5 }))).toBe(-32_602);
  expect(code(await agent.ask('resources/read', { uri: 'agent-brain://nothing' }))).toBeLessThan(-32_000);
  expect(code(await agent.ask('prompts/get', { name: 'find_implementation', arguments: {} }))).toBe(-32_602);

  for (const given of [
    {},
    { query: 5 },
    { query: '' },
    { query: 'x', top_k: 1e9 },
    { query: 'x', nonsense: true },
    { query: 'x', max_chars: 1 },
  ]) {
    const { isError, text } = await agent.tool('search', given);
    expect(isError, JSON.stringify(given)).toBe(true);
    expect(text).toContain('search');
  }
  expect((await agent.ask('ping')).result).toEqual({});
  expect(await agent.leave()).toBe(0);
});

test('an agent that closes its end, and a signal, end the process at once', async () => {
  const machine = new Machine();
  const root = machine.project('ending');
  const [leaving, ended] = [new RawAgent(root, machine.environment), new RawAgent(root, machine.environment)];
  await Promise.all([leaving.open(), ended.open()]);
  expect(await leaving.leave()).toBe(0);
  ended.child.kill('SIGTERM');
  expect(await ended.exited).toBe(143);
  expect(`${leaving.errors}${ended.errors}`).toBe('');
});
