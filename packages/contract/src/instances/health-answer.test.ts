import { expect, test } from 'vitest';
import { healthAnswerSchema, healthSchema } from './index.ts';

const health = {
  status: 'healthy',
  message: 'm',
  mode: 'project',
  instance_id: 'ab_0',
  project_id: 'p_0',
  active_projects: 1,
  version: '1',
  protocol_version: '1.0',
  uptime_s: 1,
  proof: 'x',
};

test('a client reads every field that a server writes, and by the same rules', () => {
  expect(Object.keys(healthAnswerSchema.shape).toSorted()).toEqual(Object.keys(healthSchema.shape).toSorted());
  expect(healthAnswerSchema.parse(health)).toEqual(healthSchema.parse(health));
  for (const [field, wrong] of Object.entries(health).flatMap(([name]) =>
    [-1, 1.5, 'x', null, undefined].map((value): [string, unknown] => [name, value]),
  )) {
    const changed = { ...health, [field]: wrong };
    expect([field, wrong, healthAnswerSchema.safeParse(changed).success]).toEqual([field, wrong, healthSchema.safeParse(changed).success]);
  }
});

test('a member of a later version is no reason to disown an instance', () => {
  expect(healthAnswerSchema.safeParse({ ...health, mood: 'good' }).success).toBe(true);
});
