import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { daemonPorts, loadDaemonConfig } from './index.ts';

interface Sources {
  shared?: unknown;
  user?: unknown;
  env?: Record<string, string>;
  flags?: Record<string, unknown>;
}

function load({ shared, user, env = {}, flags = {} }: Sources) {
  const folder = temporaryDirectory('daemon-config');
  const fileOf = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    if (content !== undefined) fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  return loadDaemonConfig({
    configFile: fileOf('shared_config.json', shared),
    userConfigFile: fileOf('config.json', user),
    env,
    flags,
  });
}

test('without any source every key has its default', async () => {
  const { values, warnings } = await load({});
  expect(values).toEqual({
    bind_host: '127.0.0.1',
    port: 45_123,
    port_range: 50,
    chunk_size: 1500,
    chunk_overlap: 0,
    max_concurrent_indexing: 2,
  });
  expect(warnings).toEqual([]);
});

test('the order is command line, environment, shared_config.json, the user, default', async () => {
  const sources = {
    flags: { chunk_size: '600', port_range: '6' },
    env: { AGENT_BRAIN_CHUNK_SIZE: '500', AGENT_BRAIN_PORT_RANGE: '5' },
    shared: { chunk_size: 400, port_range: 4 },
    user: { chunk_size: 300, log_level: 'debug' },
  };
  const seen: unknown[] = [];
  for (const dropped of [[], ['flags'], ['flags', 'env'], ['flags', 'env', 'shared'], ['flags', 'env', 'shared', 'user']]) {
    const { values, origins, user } = await load(Object.fromEntries(Object.entries(sources).filter(([name]) => !dropped.includes(name))));
    seen.push([values.chunk_size, origins.chunk_size.origin, values.port_range, user.log_level]);
  }
  expect(seen).toEqual([
    [600, 'flag', 6, 'debug'],
    [500, 'env', 5, 'debug'],
    [400, 'user', 4, 'debug'],
    [300, 'user', 50, 'debug'],
    [1500, 'default', 50, 'info'],
  ]);
});

test("the port of project instances is not the daemon's, and 0 names no range", async () => {
  expect((await load({ user: { port: 8000 } })).values.port).toBe(45_123);
  expect((await load({ env: { AGENT_BRAIN_PORT: '0' } })).values.port).toBe(45_123);
  expect((await load({ env: { AGENT_BRAIN_PORT: '47000' } })).values.port).toBe(47_000);
});

describe('what is wrong is named with file and key', () => {
  test.each<[string, Sources, string, string]>([
    ['an unknown key', { shared: { max_concurent_indexing: 3 } }, 'CONFIG_KEY_UNKNOWN', 'did you mean "max_concurrent_indexing"?'],
    ['a wrong type', { shared: { port: 'x' } }, 'CONFIG_INVALID', 'shared_config.json is wrong at /port — '],
    ['a number as text in the file', { shared: { port: '45123' } }, 'CONFIG_INVALID', 'found "45123"'],
    ['a port 0 in the environment of the range', { env: { AGENT_BRAIN_PORT_RANGE: '0' } }, 'CONFIG_INVALID', 'AGENT_BRAIN_PORT_RANGE'],
    ['a file that is no JSON', { shared: '{"port": 1,' }, 'CONFIG_INVALID', 'shared_config.json is not JSON — line 1'],
    ['a wrong file of the user', { user: { chunk_sise: 1 } }, 'CONFIG_KEY_UNKNOWN', 'chunk_sise'],
    ['values that do not fit together', { shared: { chunk_overlap: 1600 } }, 'CONFIG_INVALID', 'smaller than chunk_size, which is 1500'],
  ])('%s', async (_what, sources, code, text) => {
    await expect(load(sources)).rejects.toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
  });
});

test('keys without an effect here are a warning: those of later versions, of projects, of other programs', async () => {
  const { warnings, values } = await load({ shared: { embedding_model: 'text-embedding-3-large', watch: false, zzz: 1, port: 47_000 } });
  expect(values.port).toBe(47_000);
  expect(warnings).toEqual([
    expect.stringMatching(/shared_config\.json has the key "embedding_model", which has no effect in this version$/),
    expect.stringMatching(/shared_config\.json has the unknown key "watch", which is ignored$/),
    expect.stringMatching(/shared_config\.json has the unknown key "zzz", which is ignored$/),
  ]);
});

test('the range of ports ends where ports end', () => {
  expect(daemonPorts({ port: 45_123, port_range: 3 })).toEqual([45_123, 45_124, 45_125]);
  expect(daemonPorts({ port: 65_535, port_range: 50 })).toEqual([65_535]);
});
