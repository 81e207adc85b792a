import { expect, test } from 'vitest';
import { fakeInstance } from '../fixtures/index.ts';
import { OwnProject } from './index.ts';

const [project] = fakeInstance().service.projects.loaded();

test('every question is about the one project, whatever id it names', async () => {
  const own = new OwnProject();
  own.set(project);
  for (const id of [undefined, project?.id, 'p_other']) {
    expect(await own.use(id, (used) => used)).toBe(project);
    expect((await own.look(id)).id).toBe(project?.id);
  }
  expect(own.list()).toMatchObject([{ project_id: project?.id, loaded: true }]);
});

test('a question after the project was closed says that the instance stops', async () => {
  const own = new OwnProject();
  await expect(own.use(undefined, () => 1)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await expect(own.lease(undefined)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(own.known()).toEqual([]);
});

test('it takes no further projects, and gives its own away to nobody', async () => {
  const own = new OwnProject();
  own.set(project);
  await expect(own.add('/elsewhere')).rejects.toMatchObject({ code: 'MODE_UNAVAILABLE' });
  await expect(own.remove(project?.id ?? '', { purge: true })).rejects.toMatchObject({ code: 'MODE_UNAVAILABLE' });
});
