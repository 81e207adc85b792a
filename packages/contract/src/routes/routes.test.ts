import { expect, test } from 'vitest';
import { doors } from '../doors/index.ts';
import { type Route, routes } from './index.ts';

const table: [string, Route][] = Object.entries(routes);

test('no two routes share a method and a path', () => {
  const seen = table.map(([, route]) => `${route.method} ${route.path}`);
  expect(new Set(seen).size).toBe(seen.length);
});

test('every door has a route and every route a door', () => {
  expect(Object.keys(routes).sort()).toEqual(Object.keys(doors).sort());
});

test('only health is open', () => {
  expect(table.filter(([, route]) => !route.auth).map(([id]) => id)).toEqual(['health']);
});

test.each(table)('%s takes a body only where the method has one, and refuses unknown fields', (_id, route) => {
  if (route.method !== 'POST') expect(route.body).toBeUndefined();
  for (const schema of [route.body, route.query]) {
    if (schema === undefined) continue;
    const result = schema.safeParse({ surely_unknown_field: 1 });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain('surely_unknown_field');
  }
});
