import fs from 'node:fs';
import path from 'node:path';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { describe, expect, test } from 'vitest';
import { type ChangeOptions, loadConfig, setConfigValue, unsetConfigValue } from './index.ts';

function options(scope: 'user' | 'project', content: { user?: string; project?: string } = {}): ChangeOptions & { file: string } {
  const folder = temporaryDirectory('config');
  const home = path.join(folder, 'home');
  const projectConfigFile = path.join(folder, 'state/config.json');
  const configFile = path.join(home, 'config.json');
  for (const [file, text] of [
    [configFile, content.user],
    [projectConfigFile, content.project],
  ] as const) {
    fs.mkdirSync(path.dirname(file), { mode: 0o700 });
    if (text !== undefined) fs.writeFileSync(file, text);
  }
  return { home: { home, configFile }, projectConfigFile, env: {}, scope, file: scope === 'user' ? configFile : projectConfigFile };
}

describe('setting a key', () => {
  test.each([
    ['user', 0o600],
    ['project', 0o644],
  ] as const)('makes the file of the %s, readable as it should be', async (scope, mode) => {
    const target = options(scope);
    expect(await setConfigValue(target, 'chunk_size', '300')).toEqual({
      file: target.file,
      key: 'chunk_size',
      before: undefined,
      value: 300,
      changed: true,
    });
    expect(fs.readFileSync(target.file, 'utf8')).toBe('{\n  "chunk_size": 300\n}\n');
    expect(fs.statSync(target.file).mode & 0o777).toBe(mode);
    expect((await loadConfig(target)).origins.chunk_size).toEqual({ origin: scope, source: target.file });
  });

  test('keeps everything else in the file, and its permissions', async () => {
    const target = options('user', { user: '{"$schema": "s", "queue": {"timeout_s": 9}, "exclude": ["a"]}' });
    fs.chmodSync(target.file, 0o640);
    const change = await setConfigValue(target, 'queue.max', '7');
    expect(change).toMatchObject({ before: undefined, value: 7 });
    expect(JSON.parse(fs.readFileSync(target.file, 'utf8'))).toEqual({ $schema: 's', queue: { timeout_s: 9, max: 7 }, exclude: ['a'] });
    expect(fs.statSync(target.file).mode & 0o777).toBe(0o640);
    expect(await setConfigValue(target, 'exclude', 'b,c')).toMatchObject({ before: ['a'], value: ['b', 'c'] });
  });

  test('to what it is writes nothing', async () => {
    const text = '{"port":4000}';
    const target = options('user', { user: text });
    expect(await setConfigValue(target, 'port', '4000')).toMatchObject({ before: 4000, value: 4000, changed: false });
    expect(fs.readFileSync(target.file, 'utf8')).toBe(text);
  });

  test('rights a file that was wrong in that key alone', async () => {
    const target = options('user', { user: '{"chunk_size": "x"}' });
    await setConfigValue(target, 'chunk_size', '300');
    expect((await loadConfig(target)).values.chunk_size).toBe(300);
  });

  test.each([
    ['user', 'chunksize', '1', 'CONFIG_KEY_UNKNOWN', 'chunk_size'],
    ['user', 'chunk_size', 'many', 'CONFIG_INVALID', 'many'],
    ['user', 'chunk_overlap', '1500', 'CONFIG_INVALID', 'smaller than chunk_size'],
    ['user', 'data_dir', 'relative', 'CONFIG_INVALID', 'absolute'],
    ['user', '__proto__', '1', 'CONFIG_KEY_UNKNOWN', '__proto__'],
    ['project', 'port', '4000', 'CONFIG_INVALID', 'ignored there'],
    ['project', 'queue.max', '4000', 'CONFIG_INVALID', 'ignored there'],
    ['project', 'max_file_bytes', '1000001', 'CONFIG_INVALID', '1000001 is above the limit of 1000000'],
  ] as const)('of the %s is refused and leaves the file alone: %s = %s', async (scope, key, text, code, message) => {
    const content = '{"exclude": []}';
    const target = options(scope, { [scope]: content });
    await expect(setConfigValue(target, key, text)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(fs.readFileSync(target.file, 'utf8')).toBe(content);
  });

  test('is refused while another key or the other file is wrong', async () => {
    const target = options('project', { user: '{"prot": 1}' });
    await expect(setConfigValue(target, 'chunk_size', '300')).rejects.toMatchObject({ code: 'CONFIG_KEY_UNKNOWN' });
    expect(fs.existsSync(target.file)).toBe(false);
  });

  test('is refused in a file that is not JSON, which stays', async () => {
    const target = options('user', { user: '{"port": 1,}' });
    await expect(setConfigValue(target, 'port', '2')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('column 12'),
    });
    expect(fs.readFileSync(target.file, 'utf8')).toBe('{"port": 1,}');
  });

  test('in a project without state is refused', async () => {
    const target = options('project');
    fs.rmdirSync(path.dirname(target.file));
    await expect(setConfigValue(target, 'chunk_size', '300')).rejects.toMatchObject({ code: 'PROJECT_NOT_INITIALISED' });
  });

  test('follows the link of a user, and refuses that of a project', async (context) => {
    requirePlatform(context, 'linux', 'darwin');
    for (const scope of ['user', 'project'] as const) {
      const target = options(scope);
      const real = path.join(path.dirname(target.file), 'real.json');
      fs.writeFileSync(real, '{}');
      fs.symlinkSync('real.json', target.file);
      const setting = setConfigValue(target, 'chunk_size', '300');
      if (scope === 'user') await setting;
      else await expect(setting).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('symbolic link') });
      expect(fs.lstatSync(target.file).isSymbolicLink()).toBe(true);
      expect(fs.readFileSync(real, 'utf8').includes('300')).toBe(scope === 'user');
    }
  });

  test('many at once loses none', async () => {
    const target = options('user');
    const values = {
      chunk_size: '300',
      port: '4000',
      log_level: 'debug',
      'queue.max': '5',
      'queue.timeout_s': '6',
      idle_stop_minutes: '7',
    };
    await Promise.all(Object.entries(values).map(([key, text]) => setConfigValue(target, key, text)));
    expect(JSON.parse(fs.readFileSync(target.file, 'utf8'))).toEqual({
      chunk_size: 300,
      port: 4000,
      log_level: 'debug',
      queue: { max: 5, timeout_s: 6 },
      idle_stop_minutes: 7,
    });
  });
});

describe('unsetting a key', () => {
  test('removes it, and its group when that is empty', async () => {
    const target = options('user', { user: '{"queue": {"max": 5}, "port": 1}' });
    expect(await unsetConfigValue(target, 'queue.max')).toMatchObject({ before: 5, value: undefined, changed: true });
    expect(JSON.parse(fs.readFileSync(target.file, 'utf8'))).toEqual({ port: 1 });
    expect(await unsetConfigValue(target, 'queue.max')).toMatchObject({ before: undefined, changed: false });
  });

  test('also removes what is unknown or wrong, one after the other', async () => {
    const target = options('user', { user: '{"prot": 1, "chunk_size": "x"}' });
    await unsetConfigValue(target, 'prot');
    await unsetConfigValue(target, 'chunk_size');
    expect((await loadConfig(target)).origins.chunk_size.origin).toBe('default');
  });

  test('is refused when the rest would then be wrong', async () => {
    const target = options('user', { user: '{"chunk_size": 3000, "chunk_overlap": 2000}' });
    await expect(unsetConfigValue(target, 'chunk_size')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(fs.readFileSync(target.file, 'utf8')).toContain('3000');
  });
});
