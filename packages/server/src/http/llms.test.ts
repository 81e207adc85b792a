import { llmsIntroduction } from '@agent-brain/contract/llms';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeInstance } from '../fixtures/index.ts';
import { buildApp } from './index.ts';

let app: FastifyInstance;
beforeAll(() => {
  app = buildApp(fakeInstance().service);
});
afterAll(() => app.close());

const get = (url: string, host = '127.0.0.1:4711') => app.inject({ url, headers: { host } });

test('/llms.txt has the form of its kind and begins as that of the repository', async () => {
  const { statusCode, headers, body } = await get('/llms.txt');
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(body.startsWith(llmsIntroduction)).toBe(true);
  expect(body).toMatch(/^# .+\n\n> .+\n\n[^]*\n## .+\n\n- \[/);
  expect(body.match(/^# /gm)).toHaveLength(1);
});

test('/llms.txt wants no token, names no project and no token, and leads to no other machine', async () => {
  const { body } = await get('/llms.txt');
  const { service } = fakeInstance();
  expect(body).not.toContain(service.token);
  expect(body).not.toMatch(/https?:\/\//);
  expect((await get('/llms.txt', 'evil.example')).statusCode).toBe(421);
});

test('every link of /llms.txt leads to a route, and those that it calls open are', async () => {
  const links = [...(await get('/llms.txt')).body.matchAll(/^- \[[^\]]+\]\(([^)]+)\): (.*)$/gm)].map(([, url = '', what = '']) => ({
    url,
    what,
  }));
  expect(links.map(({ url }) => url)).toEqual(['/openapi.json', '/docs', '/health', '/health/status', '/mcp']);
  for (const { url, what } of links) {
    const { statusCode } = await app.inject({ method: url === '/mcp' ? 'POST' : 'GET', url, headers: { host: '127.0.0.1:4711' } });
    expect([url, statusCode === 401]).toEqual([url, what.includes('(token)')]);
    expect([url, statusCode < 400 || statusCode === 401]).toEqual([url, true]);
  }
});
