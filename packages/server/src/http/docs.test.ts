import { catalogue, errorCodes } from '@agent-brain/contract/errors';
import { type Route, routes, streams } from '@agent-brain/contract/routes';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeInstance } from '../fixtures/index.ts';
import { buildApp } from './index.ts';

let app: FastifyInstance;
beforeAll(() => {
  app = buildApp(fakeInstance().service);
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers: { host: '127.0.0.1:4711', ...headers } });

interface Operation {
  operationId: string;
  description?: string;
  security: object[];
  responses: Record<string, { description: string; content: Record<string, { schema: { $ref?: string } }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { properties: Record<string, { enum?: string[] }>; additionalProperties?: boolean }>;
    securitySchemes: object;
  };
}

describe('/openapi.json', () => {
  const table = Object.entries<Route>(routes);
  const read = async (): Promise<Document> => (await get('/openapi.json')).json();

  test('is OpenAPI 3.1 and describes every route of the table and no other', async () => {
    const document = await read();
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    );
    const wanted = table.map(([id, route]) => `${id} ${route.method.toLowerCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}`);
    const streamed = Object.entries(streams).map(([id, { path }]) => `${id} get ${path.replace(':id', '{id}')}`);
    expect(described.sort()).toEqual([...wanted, ...streamed, 'metrics get /metrics'].sort());
  });

  test('says which operations want the token', async () => {
    const document = await read();
    expect(document.components.securitySchemes).toEqual({ bearer: expect.objectContaining({ type: 'http', scheme: 'bearer' }) });
    for (const [id, route] of table) {
      expect([id, operation(document, route).security]).toEqual([id, route.auth ? [{ bearer: [] }] : []]);
    }
  });

  test('documents each error of a route under its status, as a problem', async () => {
    const document = await read();
    for (const [, route] of table) {
      const { responses } = operation(document, route);
      for (const code of route.errors) {
        const response = Object.values(responses).find(({ description }) => description.includes(`\`${code}\``));
        expect(response?.content['application/problem+json']?.schema.$ref, code).toBe('#/components/schemas/Problem');
        expect(response?.description).toContain(catalogue[code].title);
      }
    }
    expect(document.components.schemas['Problem']?.properties['code']?.enum).toEqual([...errorCodes]);
  });

  test('shows examples of what is sent and answered about jobs, and what a stream is', async () => {
    const document = await read();
    for (const name of ['Job', 'JobList', 'JobAccepted', 'IndexRequestInput']) {
      const schema = document.components.schemas[name] as { examples?: unknown[] } | undefined;
      expect([name, schema?.examples?.length]).toEqual([name, expect.any(Number)]);
    }
    const responses = document.paths['/index/jobs/{id}/events']?.['get']?.responses;
    expect(Object.keys(responses?.['200']?.content ?? {})).toEqual(['text/event-stream']);
    expect(responses?.['204']).toBeDefined();
    expect(responses?.['404']?.description).toContain('JOB_UNKNOWN');
  });

  test('carries the messages by name, and says that unknown fields are refused', async () => {
    const { schemas } = (await read()).components;
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['Health', 'IndexRequestInput', 'Job', 'JobList', 'Problem', 'QueryRequestInput', 'QueryResponse', 'Status']),
    );
    expect(schemas['QueryRequestInput']?.additionalProperties).toBe(false);
  });
});

describe('what a reader of the description gets', () => {
  const read = async () =>
    (await get('/openapi.json')).json<Document & { components: { schemas: Record<string, { examples?: unknown[] }> } }>();

  test('each operation says more than its summary, each response what it means', async () => {
    const document = await read();
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    for (const { operationId, description, responses } of operations) {
      expect([operationId, (description?.length ?? 0) > 20]).toEqual([operationId, true]);
      for (const [status, response] of Object.entries(responses)) {
        expect([operationId, status, response.description]).toEqual([
          operationId,
          status,
          expect.stringMatching(/^(?!Default Response).{3,}/),
        ]);
      }
    }
  });

  test('each example of a message is one, as its schema says', async () => {
    const document = await read();
    const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
    ajv.addSchema({ $id: 'api', components: document.components });
    const { schemas } = document.components;
    let count = 0;
    for (const [name, { examples = [] }] of Object.entries(schemas)) {
      const validate = ajv.compile({ $ref: `api#/components/schemas/${name}` });
      for (const example of examples) {
        expect([name, validate(example), validate.errors]).toEqual([name, true, null]);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(5);
  });

  test('is valid, by the schema of OpenAPI 3.1 itself', async () => {
    const result = await new Validator().validate((await get('/openapi.json')).json());
    expect([result.valid, result.errors]).toEqual([true, undefined]);
  });
});

describe('the front page', () => {
  test('is a page that leads to the others, without a token and without the project', async () => {
    const page = await get('/');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.body).not.toMatch(/\/project|<script/);
    const links = [...page.body.matchAll(/href="([^"]+)"/g)].map(([, link]) => link as string);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect([link, (await get(link)).statusCode < 400]).toEqual([link, true]);
  });

  test('is shown to no page of another site', async () => {
    expect((await get('/', { origin: 'http://evil.test' })).statusCode).toBe(403);
    expect((await get('/', { host: 'evil.test' })).statusCode).toBe(421);
  });
});

describe('/docs', () => {
  const pageOf = async () => {
    const first = await get('/docs');
    return first.statusCode === 302 ? get(new URL(String(first.headers.location), 'http://127.0.0.1:4711/docs').pathname) : first;
  };

  test('is a page that may load nothing from elsewhere and runs no inline script', async () => {
    const page = await pageOf();
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).not.toMatch(/script-src|unsafe-eval|\*|https?:/);
    expect(page.body).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>\s*\S/);
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  });

  test('finds all of its parts on this server', async () => {
    const page = await pageOf();
    const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, part]) => new URL(part as string, 'http://127.0.0.1:4711/docs/').pathname,
    );
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect([part, (await get(part)).statusCode]).toEqual([part, 200]);
  });

  test('has nothing beside its own files', async () => {
    for (const url of [
      '/docs/../package.json',
      '/docs/static/..%2f..%2fpackage.json',
      '/docs/static/..%5cx',
      '/docs/static/%00',
      '/docs/no-such',
    ]) {
      const answer = await get(url);
      expect([400, 401, 403, 404]).toContain(answer.statusCode);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });
});

function operation(document: Document, route: Route): Operation {
  const found = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
  if (found === undefined) throw new Error(`${route.method} ${route.path} is not described`);
  return found;
}
