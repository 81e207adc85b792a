import { describe, expect, test } from 'vitest';
import { fakeInstance } from '../fixtures/index.ts';
import { ProjectSet } from './index.ts';

const projectNamed = (id: string) => ({ ...fakeInstance().service.projects.all()[0]!, id });

describe('in an instance of one project', () => {
  test('every question is about that project, whatever id it names', () => {
    const set = new ProjectSet('project');
    const project = projectNamed('p_1');
    set.add(project);
    expect([set.find(undefined), set.find('p_1'), set.find('p_other')]).toEqual([project, project, project]);
  });

  test('a question after the project was closed says that the instance stops', () => {
    expect(() => new ProjectSet('project').find(undefined)).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
  });
});

describe('in a shared instance', () => {
  test('a question must name a served project', () => {
    const set = new ProjectSet('shared');
    const [one, two] = [projectNamed('p_1'), projectNamed('p_2')];
    set.add(one);
    set.add(two);
    expect(set.find('p_2')).toBe(two);
    expect(() => set.find(undefined)).toThrow(expect.objectContaining({ code: 'PROJECT_ID_REQUIRED', status: 400 }));
    expect(() => set.find('p_3')).toThrow(expect.objectContaining({ code: 'PROJECT_UNKNOWN', status: 404 }));
    set.remove('p_2');
    expect(() => set.find('p_2')).toThrow(expect.objectContaining({ code: 'PROJECT_UNKNOWN' }));
  });
});
