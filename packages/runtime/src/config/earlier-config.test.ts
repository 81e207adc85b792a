import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { loadConfig, setConfigValue } from './index.ts';

/** As its `init` writes it. */
const theirs = {
  bind_host: '0.0.0.0',
  port_range_start: 8000,
  port_range_end: 8100,
  auto_port: true,
  chunk_size: 512,
  chunk_overlap: 50,
  exclude_patterns: ['**/node_modules/**'],
  project_root: '/home/ada/shop',
};

test('a configuration of the Python program stops nothing, sets nothing and is left as it is', async () => {
  const directory = temporaryDirectory('config');
  const file = path.join(directory, 'config.json');
  const text = JSON.stringify(theirs);
  fs.writeFileSync(file, text);
  const options = { home: { home: directory, configFile: path.join(directory, 'user.json') }, projectConfigFile: file, env: {} };
  const { values, ignored, warnings } = await loadConfig(options);
  expect([values.chunk_size, values.chunk_overlap, values.bind_host]).toEqual([1500, 0, '127.0.0.1']);
  expect(ignored).toEqual([]);
  expect(warnings).toEqual([
    `${file} belongs to the Python program agent-brain: it is left as it is, and none of its settings are used (docs/coming-from.md)`,
  ]);
  await expect(setConfigValue({ ...options, scope: 'project' }, 'chunk_size', '900')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('belongs to the Python program'),
  });
  expect(fs.readFileSync(file, 'utf8')).toBe(text);
});
