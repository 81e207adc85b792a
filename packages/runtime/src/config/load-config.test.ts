import fs from 'node:fs';
import path from 'node:path';
import { configKeyNames, configKeys, type ConfigScope, environmentName } from '@agent-brain/contract/config';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ignoredNotes, loadConfig, type LoadConfigOptions } from './index.ts';

interface Sources {
  user?: unknown;
  project?: unknown;
  env?: Record<string, string>;
  flags?: Record<string, unknown>;
}

/** Files with these contents: texts as they are, anything else as JSON. */
function optionsOf({ user, project, env = {}, flags = {} }: Sources): LoadConfigOptions {
  const folder = temporaryDirectory('config');
  const fileOf = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    if (content !== undefined) fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  return { home: { configFile: fileOf('user.json', user) }, projectConfigFile: fileOf('project.json', project), env, flags };
}

const load = (sources: Sources) => loadConfig(optionsOf(sources));

describe('without any source', () => {
  test('every value is the default', async () => {
    const { values, origins, ignored, warnings } = await load({});
    expect(values).toEqual(Object.fromEntries(configKeyNames.map((name) => [name, configKeys[name].default])));
    expect(new Set(Object.values(origins).map((origin) => origin.origin))).toEqual(new Set(['default']));
    expect([ignored, warnings]).toEqual([[], []]);
  });

  test('a project is not needed', async () => {
    const { projectConfigFile: _none, ...options } = optionsOf({});
    expect((await loadConfig(options)).values.port).toBe(0);
  });
});

describe('precedence', () => {
  test('is command line, environment, project, user, default, and each value knows its origin', async () => {
    const all = {
      user: { chunk_size: 300 },
      project: { chunk_size: 400 },
      env: { AGENT_BRAIN_CHUNK_SIZE: '500' },
      flags: { chunk_size: '600' },
    };
    const seen: unknown[] = [];
    for (const dropped of [[], ['flags'], ['flags', 'env'], ['flags', 'env', 'project'], ['flags', 'env', 'project', 'user']]) {
      const options = optionsOf(Object.fromEntries(Object.entries(all).filter(([name]) => !dropped.includes(name))));
      const { values, origins } = await loadConfig(options);
      seen.push([values.chunk_size, origins.chunk_size.origin, path.basename(origins.chunk_size.source ?? '')]);
    }
    expect(seen).toEqual([
      [600, 'flag', 'command line'],
      [500, 'env', 'AGENT_BRAIN_CHUNK_SIZE'],
      [400, 'project', 'project.json'],
      [300, 'user', 'user.json'],
      [1500, 'default', ''],
    ]);
  });

  test('is decided key by key, also within a group', async () => {
    const { values, origins } = await load({ user: { queue: { max: 5, timeout_s: 60 } }, env: { AGENT_BRAIN_QUEUE__MAX: '7' } });
    expect([values['queue.max'], values['queue.timeout_s']]).toEqual([7, 60]);
    expect([origins['queue.max'].origin, origins['queue.timeout_s'].origin]).toEqual(['env', 'user']);
  });

  test('gives for any sources the strongest value that is set', async () => {
    const options = optionsOf({});
    const size = fc.option(fc.integer({ min: 200, max: 20_000 }), { nil: undefined });
    const write = (file: string | undefined, value: number | undefined): void =>
      fs.writeFileSync(file ?? '', JSON.stringify({ chunk_size: value }));
    await fc.assert(
      fc.asyncProperty(size, size, size, size, async (flag, env, project, user) => {
        write(options.home.configFile, user);
        write(options.projectConfigFile, project);
        const { values } = await loadConfig({
          ...options,
          env: { AGENT_BRAIN_CHUNK_SIZE: env === undefined ? undefined : String(env) },
          flags: { chunk_size: flag },
        });
        expect(values.chunk_size).toBe(flag ?? env ?? project ?? user ?? 1500);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a project's file", () => {
  test('may not set what carries authority: it is reported and ignored, known or not, right or wrong', async () => {
    const project = {
      bind_host: '0.0.0.0',
      port: 'x',
      data_dir: '/etc',
      log_dir: '/etc',
      allowed_hosts: ['evil.example'],
      allow_external: true,
      embedding: { base_url: 'http://evil.example' },
      oidc: {},
      remotes: [],
      fetch: { allow: ['*'] },
      queue: { max: 1 },
      memory_limit_mb: 1,
      exclude: ['dist'],
    };
    const { values, ignored, origins } = await load({ project });
    expect(ignored.map((one) => one.key)).toEqual([
      'bind_host',
      'port',
      'data_dir',
      'log_dir',
      'allowed_hosts',
      'allow_external',
      'embedding',
      'oidc',
      'remotes',
      'fetch',
      'queue.max',
      'memory_limit_mb',
    ]);
    expect(ignored[0]).toMatchObject({ file: expect.stringContaining('project.json'), reason: expect.stringContaining('user') });
    expect([values.bind_host, values.port, values.data_dir, values['queue.max'], values.memory_limit_mb]).toEqual([
      '127.0.0.1',
      0,
      '',
      100,
      0,
    ]);
    expect([values.exclude, origins.exclude.origin]).toEqual([['dist'], 'project']);
  });

  describe('only lowers a limit, which the user raises', () => {
    const limits = configKeyNames.filter((name) => configKeys[name].isLimit === true);

    test('max_file_bytes is one', () => expect(limits).toEqual(['max_file_bytes']));

    test.each([
      ['above the default', {}, 1_000_001, 1_000_000, 'default'],
      ['equal to the default', {}, 1_000_000, 1_000_000, 'project'],
      ['below the default', {}, 5_000, 5_000, 'project'],
      ['above what the user has lowered', { user: 20_000 }, 30_000, 20_000, 'user'],
      ['below what the user has lowered', { user: 20_000 }, 10_000, 10_000, 'project'],
      ['below what the user has raised', { user: 50_000_000 }, 40_000_000, 40_000_000, 'project'],
      ['above what the user has raised', { user: 50_000_000 }, 60_000_000, 50_000_000, 'user'],
      ['above the environment', { env: 2_000_000, user: 50_000_000 }, 3_000_000, 2_000_000, 'env'],
      ['below the environment', { env: 2_000_000 }, 1_500_000, 2_000_000, 'env'],
      ['above the command line', { flag: 4_000, env: 2_000_000 }, 9_000, 4_000, 'flag'],
    ] as const)('%s', async (_, ofUser: { user?: number; env?: number; flag?: number }, asked, value, origin) => {
      const { values, origins, ignored } = await load({
        project: { max_file_bytes: asked },
        user: { max_file_bytes: ofUser.user },
        ...(ofUser.env === undefined ? {} : { env: { AGENT_BRAIN_MAX_FILE_BYTES: String(ofUser.env) } }),
        flags: { max_file_bytes: ofUser.flag },
      });
      expect([values.max_file_bytes, origins.max_file_bytes.origin]).toEqual([value, origin]);
      const limit = ofUser.flag ?? ofUser.env ?? ofUser.user ?? 1_000_000;
      if (asked <= limit) expect(ignored).toEqual([]);
      else {
        const reason = `${asked} is above the limit of ${limit}, which only the configuration of the user, the environment or the command line may raise`;
        expect(ignored).toEqual([{ key: 'max_file_bytes', file: expect.stringContaining('project.json'), reason }]);
      }
    });
  });

  test('sets every key of its scope, and the user sets every key', async () => {
    for (const scope of ['project', 'user'] as const) {
      const settable = configKeyNames.filter((name) => configKeys[name].scope.some((one: ConfigScope) => one === scope));
      const content: Record<string, unknown> = {};
      for (const name of settable) {
        const [group, key] = name.split('.') as [string, string | undefined];
        if (key === undefined) content[group] = configKeys[name].default;
        else content[group] = { ...(content[group] as object | undefined), [key]: configKeys[name].default };
      }
      const { origins, ignored } = await load({ [scope]: content });
      expect(settable.filter((name) => origins[name].origin !== scope)).toEqual([]);
      expect(ignored).toEqual([]);
    }
  });

  test('that is a symbolic link is refused; the link of a user is followed', async () => {
    const options = optionsOf({ user: { chunk_size: 300 } });
    const userLink = `${options.home.configFile}.link`;
    fs.symlinkSync(options.home.configFile, userLink);
    expect((await loadConfig({ ...options, home: { configFile: userLink } })).values.chunk_size).toBe(300);
    await expect(loadConfig({ ...options, projectConfigFile: userLink })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('symbolic link'),
    });
  });
});

describe('what is wrong is named with file and key', () => {
  const unknown: [string, unknown, string, string][] = [
    ['a typo', { chunksize: 300 }, '/chunksize', 'did you mean "chunk_size"?'],
    ['a typo in a group', { queue: { timout_s: 3 } }, '/queue/timout_s', 'did you mean "queue.timeout_s"?'],
    ['a dotted key', { 'queue.max': 3 }, '/queue.max', 'write it nested: {"queue": {"max": …}}'],
  ];
  test.each(unknown)('a key near a known one: %s', async (_, user, pointer, text) => {
    const options = optionsOf({ user });
    const failing = loadConfig(options);
    await expect(failing).rejects.toMatchObject({
      code: 'CONFIG_KEY_UNKNOWN',
      message: expect.stringContaining(text),
      errors: [{ pointer }],
    });
    await expect(failing).rejects.toThrow(options.home.configFile);
  });

  const ignored: [string, unknown, string][] = [
    ['a name of the language', JSON.parse('{"__proto__": {"port": 1}}'), 'has the unknown key "__proto__", which is ignored'],
    ['a method of objects', { constructor: 1 }, 'has the unknown key "constructor", which is ignored'],
    ['nothing like a key', { zzz: 1 }, 'has the unknown key "zzz", which is ignored'],
    ['nothing like a key, in a group', { queue: { zzzzzzzz: 1 } }, 'has the unknown key "queue.zzzzzzzz", which is ignored'],
    ['what will have an effect later', { embedding: { model: 'x' } }, 'has the key "embedding", which has no effect in this version'],
  ];
  test.each(ignored)('a key that another version may have written is a warning: %s', async (_, user, text) => {
    const options = optionsOf({ user });
    const { warnings } = await loadConfig(options);
    expect(warnings).toEqual([`The configuration ${options.home.configFile} ${text}`]);
    expect(({} as { port?: number }).port).toBeUndefined();
  });

  test('80,000 unknown keys, or wrong ones, are a message that a person can read', async () => {
    const keys = (name: string, length = 30_000): object =>
      Object.fromEntries(Array.from({ length }, (_, index) => [`${name}${index}`, 1]));
    const many = await load({ user: keys('z', 80_000) });
    expect(many.warnings).toHaveLength(21);
    expect(many.warnings.at(-1)).toContain('has 79980 more unknown keys');
    const project = await load({ project: { fetch: keys('q'), ...keys('allow_') } });
    expect(ignoredNotes(project.ignored).join('').length).toBeLessThan(10_000);
    const error: unknown = await load({ user: keys('chunk_siz') }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONFIG_KEY_UNKNOWN' });
    expect(JSON.stringify(error).length).toBeLessThan(20_000);
    const lists: unknown = await load({ user: { include: Array.from({ length: 200_000 }, () => 1) } }).catch((thrown: unknown) => thrown);
    expect(lists).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(JSON.stringify(lists).length).toBeLessThan(20_000);
  });

  const wrong: [string, unknown, string, string][] = [
    ['text for a number', { chunk_size: '300' }, '/chunk_size', 'found "300"'],
    ['a number out of range', { queue: { max: 0 } }, '/queue/max', 'found 0'],
    ['a wrong item', { include: ['a', 3] }, '/include/1', 'expected string'],
    ['a value outside of a choice', { log_level: 'loud' }, '/log_level', '"info"'],
    ['null', { port: null }, '/port', 'found null'],
    ['a value in place of a group', { queue: 5 }, '/queue', 'expected an object of keys'],
  ];
  test.each(wrong)('a wrong value: %s', async (_, user, pointer, text) => {
    const options = optionsOf({ user });
    const failing = loadConfig(options);
    await expect(failing).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(text), errors: [{ pointer }] });
    await expect(failing).rejects.toThrow(`${options.home.configFile} is wrong at ${pointer.replace(/\/\d$/, '')}`);
  });

  const broken: [string, string | Buffer, string][] = [
    ['malformed JSON', '{\n  "chunk_size": 300,\n}', 'line 3, column 1: there is a comma before "}"'],
    ['an empty file', '', 'line 1, column 1: the text has no value'],
    ['half a file', '{"exclude": ["a"', 'line 1, column 17: the text ends before "]"'],
    ['a list', '[]', 'must be an object of keys and values — it is []'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff]), 'not UTF-8'],
    ['a huge file', `{"x":"${'x'.repeat(1024 * 1024)}"}`, 'more than 1048576'],
  ];
  test.each(broken)('%s', async (_, content, text) => {
    const options = optionsOf({});
    fs.writeFileSync(options.home.configFile, content);
    const failing = loadConfig(options);
    await expect(failing).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) });
    await expect(failing).rejects.toThrow(options.home.configFile);
  });

  test('a directory in place of the file', async () => {
    const options = optionsOf({});
    fs.mkdirSync(options.home.configFile);
    await expect(loadConfig(options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('it is a directory'),
    });
  });

  test('all at once, in one error', async () => {
    const failing = load({ user: { chunk_sizes: 1, port: 'x' }, project: { exclude: 'dist' }, env: { AGENT_BRAIN_LOG_LEVEL: 'loud' } });
    await expect(failing).rejects.toMatchObject({
      message: expect.stringContaining('and 3 more'),
      errors: [{ pointer: '/log_level' }, { pointer: '/exclude' }, { pointer: '/chunk_sizes' }, { pointer: '/port' }],
    });
  });

  test.each([
    [{ user: { chunk_size: 300 }, project: { chunk_overlap: 300 } }, '/chunk_overlap', 'smaller than chunk_size, which is 300'],
    [{ env: { AGENT_BRAIN_DATA_DIR: 'relative' } }, '/data_dir', 'absolute'],
    [{ user: { log_dir: '~/logs' } }, '/log_dir', 'absolute'],
  ])('values that do not go together: %j', async (sources, pointer, text) => {
    await expect(load(sources)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(text),
      errors: [{ pointer }],
    });
  });
});

describe('a file', () => {
  test('may begin with a byte order mark and name its schema', async () => {
    const { values } = await load({ user: '\uFEFF{"$schema": "./config.schema.json", "chunk_size": 300}' });
    expect(values.chunk_size).toBe(300);
  });
});

describe('the environment', () => {
  test.each([
    ['a list with commas', 'INCLUDE', 'src/**, *.{ts,js} ,', ['src/**', '*.{ts,js}']],
    ['a list as JSON', 'INCLUDE', '["a,b"]', ['a,b']],
    ['a glob that begins with a bracket', 'INCLUDE', '[ab]*,[c,d]', ['[ab]*', '[c,d]']],
    ['a number', 'CHUNK_SIZE', '300', 300],
    ['a broken number', 'QUEUE__TIMEOUT_S', '0.5', 0.5],
    ['text', 'LOG_LEVEL', 'debug', 'debug'],
    ['no', 'WATCH', 'false', false],
    ['no as a number', 'WATCH', '0', false],
    ['yes', 'WATCH', 'True', true],
  ])('gives %s', async (_, name, text, expected) => {
    const { values } = await load({ env: { [`AGENT_BRAIN_${name}`]: text } });
    const key = configKeyNames.find((candidate) => environmentName(candidate) === `AGENT_BRAIN_${name}`);
    expect(values[key ?? 'mode']).toEqual(expected);
  });

  test.each(['12x', '0x10', '1e3', 'Infinity', ' '])('does not take "%s" for a number', async (text) => {
    await expect(load({ env: { AGENT_BRAIN_CHUNK_SIZE: text } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('AGENT_BRAIN_CHUNK_SIZE'),
    });
  });

  test('does not take any other word for yes or no', async () => {
    await expect(load({ env: { AGENT_BRAIN_WATCH: 'maybe' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('AGENT_BRAIN_WATCH'),
    });
  });

  test('counts a variable that is set to nothing as not set', async () => {
    expect((await load({ env: { AGENT_BRAIN_PORT: '' } })).origins.port.origin).toBe('default');
  });

  test('is warned of in vain variables, and not of those with another use', async () => {
    const env = {
      AGENT_BRAIN_CHUNKSIZE: '1',
      AGENT_BRAIN_ZZZZZZ: '',
      AGENT_BRAIN_HOME: '/h',
      AGENT_BRAIN_STATE_DIR: '/s',
      AGENT_BRAIN_TEST: '1',
      OTHER: '1',
    };
    expect((await load({ env })).warnings).toEqual([
      'The variable AGENT_BRAIN_CHUNKSIZE has no meaning and is ignored; did you mean AGENT_BRAIN_CHUNK_SIZE?',
      'The variable AGENT_BRAIN_ZZZZZZ has no meaning and is ignored',
    ]);
  });
});

describe('the command line', () => {
  test('takes texts and values', async () => {
    const { values } = await load({ flags: { port: '4000', include: ['a'], exclude: undefined, bind_host: '::1' } });
    expect([values.port, values.include, values.bind_host]).toEqual([4000, ['a'], '::1']);
  });

  test('with an unknown key is an error with a suggestion', async () => {
    await expect(load({ flags: { prot: '1' } })).rejects.toMatchObject({
      code: 'CONFIG_KEY_UNKNOWN',
      message: expect.stringContaining('did you mean "port"?'),
    });
  });
});
