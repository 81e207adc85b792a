import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AskedDaemon, pointerOf, ServedHome } from '../fixtures/index.ts';

test('two projects in one daemon: each answers from its own index, and a question that names neither is refused', async () => {
  const home = new ServedHome();
  const [one, two] = [
    home.project('Erstes Übungsprojekt', { 'a.md': '# lantern\n' }),
    home.project('two', { 'b.md': '# lantern harbour\n' }),
  ];
  const daemon = new AskedDaemon(await home.start());
  const [first, second] = [await daemon.add(one), await daemon.add(two)];
  expect(await daemon.add(one)).toBe(first);
  await Promise.all([daemon.index(first), daemon.index(second)]);
  expect(await daemon.find(first, 'lantern')).toEqual(['a.md']);
  expect(await daemon.find(second, 'lantern')).toEqual(['b.md']);
  expect(await daemon.find(first, 'harbour')).toEqual([]);

  const { projects } = await daemon.server.ask('projects', '/projects');
  expect(projects.map(({ project_id, name, loaded }) => ({ project_id, name, loaded }))).toEqual([
    { project_id: first, name: 'Erstes Übungsprojekt', loaded: true },
    { project_id: second, name: 'two', loaded: true },
  ]);
  for (const [id, root] of [
    [first, one],
    [second, two],
  ] as const) {
    expect(fs.existsSync(home.file(`projects/${id}/data/index.db`))).toBe(true);
    expect(fs.readdirSync(path.join(root, '.claude', 'agent-brain', 'data'))).toEqual([]);
    expect(pointerOf(root)).toMatchObject({ mode: 'shared', project_id: id, home: home.home });
  }
  const asked = (body: object) => daemon.refusal('/query', { method: 'POST', body: JSON.stringify({ query: 'x', ...body }) });
  expect(await asked({})).toMatchObject({ status: 400, code: 'PROJECT_ID_REQUIRED' });
  expect(await asked({ project_id: 'p_00000000' })).toMatchObject({ status: 404, code: 'PROJECT_UNKNOWN' });
});
