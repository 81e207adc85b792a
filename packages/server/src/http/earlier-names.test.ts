import path from 'node:path';
import { realpathSync } from 'node:fs';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeInstance, fakeInstance } from '../fixtures/index.ts';
import { buildApp } from './index.ts';

let instance: FakeInstance;
let app: FastifyInstance;
let root: string;
beforeEach(() => {
  root = realpathSync(temporaryDirectory('earlier'));
  instance = fakeInstance({ root });
  app = buildApp(instance.service);
});
afterEach(() => app.close());

/** What the tests look at; the rest of an answer is compared as it is. */
interface Answer extends Record<string, unknown> {
  readonly warnings?: readonly string[];
  readonly jobs: readonly Record<string, unknown>[];
}

/** As the client of the Python program sends it. */
async function send(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
  const headers = { host: '127.0.0.1:4711', authorization: `Bearer ${instance.service.token}`, 'user-agent': 'python-httpx/0.28.1' };
  const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}

/** Its body of `agent-brain index FOLDER` without options. */
const indexBody = () => ({
  folder_path: root,
  chunk_size: 512,
  chunk_overlap: 50,
  recursive: true,
  include_code: false,
  supported_languages: null,
  code_chunk_strategy: 'ast_aware',
  include_patterns: null,
  exclude_patterns: null,
  generate_summaries: false,
  force: false,
});

describe('the requests of the client of the Python program, version 10.4', () => {
  test('status: health and counts', async () => {
    expect((await send('GET', '/health/')).body).toMatchObject({
      status: expect.any(String),
      message: expect.any(String),
      version: expect.any(String),
    });
    expect((await send('GET', '/health/status')).body).toMatchObject({
      total_documents: 3,
      total_chunks: 7,
      indexing_in_progress: false,
      last_indexed_at: '2026-01-01T00:00:00.000Z',
    });
  });

  test('query: its fields are taken, its names are answered', async () => {
    let asked: object | undefined;
    instance.engine.answer = async (request) => {
      asked = request;
      const result = {
        path: 'src/a.ts',
        start_line: 3,
        end_line: 9,
        text: 'export {}',
        hit: { start_line: 3, end_line: 3 },
        highlights: [],
        score: 0.9,
        chunk_id: 'c1',
        language: 'typescript',
        source_type: 'code' as const,
        symbol: 'main',
        scores: { bm25: 4.2, vector: null, graph: null },
        more_spans: [],
        explanation: [
          { rule: 'bm25', value: 1, reason: 'the words' },
          { rule: 'path', value: 1, reason: 'the name' },
        ],
      };
      return {
        results: [result],
        total_results: 1,
        confidence: 'high',
        query_time_ms: 1.5,
        mode: request.mode,
        index_generation: 4,
        warnings: ['own'],
      };
    };
    const { status, body } = await send('POST', '/query/', {
      query: 'main',
      top_k: 5,
      similarity_threshold: 0.3,
      mode: 'hybrid',
      alpha: 0.5,
      file_paths: ['src/**'],
      source_types: ['code'],
      entity_types: ['Class'],
      explain: true,
    });
    expect(status).toBe(200);
    expect(asked).toMatchObject({ query: 'main', top_k: 5, threshold: 0.3, path_globs: ['src/**'], source_types: ['code'], explain: true });
    expect(body).toMatchObject({ query_time_ms: 1.5, total_results: 1 });
    expect(body['results']).toEqual([
      expect.objectContaining({
        text: 'export {}',
        source: 'src/a.ts',
        path: 'src/a.ts',
        score: 0.9,
        chunk_id: 'c1',
        bm25_score: 4.2,
        vector_score: null,
        source_type: 'code',
        language: 'typescript',
        metadata: { start_line: 3, end_line: 9, symbol_name: 'main' },
        explanation: { reason: 'the words; the name' },
      }),
    ]);
    expect(body['warnings']).toEqual([
      'own',
      'Fields of the Python program were taken: similarity_threshold as threshold, file_paths as path_globs',
      'Fields without effect in this program: entity_types',
    ]);
  });

  test.each([false, true])('index, with force %s: one job, sizes in tokens left out', async (force) => {
    const { status, body } = await send('POST', `/index/?force=${force}`, { ...indexBody(), force });
    expect(status).toBe(202);
    expect(body).toMatchObject({ job_id: expect.stringMatching(/^job_/), status: 'queued', message: expect.any(String) });
    const { run } = await instance.engine.run(0);
    expect(run.request).toEqual({ folder_path: root, recursive: true, include_code: false, force, allow_external: false });
    expect(body.warnings?.join()).toContain('chunk_size (counted in tokens there, in characters here)');
  });

  test('index with every field: lists, presets and watching have their names here', async () => {
    const { status, body } = await send('POST', '/index/add?force=false&rebuild_graph=false', {
      ...indexBody(),
      supported_languages: ['python'],
      include_patterns: ['docs/**'],
      exclude_patterns: ['**/dist/**'],
      include_types: ['rust', 'pdf'],
      generate_summaries: true,
      watch_mode: 'off',
      watch_debounce_seconds: 10,
    });
    expect(status).toBe(202);
    const { run } = await instance.engine.run(0);
    expect(run.request).toMatchObject({
      languages: ['python'],
      include: ['docs/**', '*.rs', '*.pdf'],
      exclude: ['**/dist/**'],
      watch: false,
    });
    expect(body['warnings']).toEqual([
      'Fields of the Python program were taken: supported_languages as languages, include_patterns as include, exclude_patterns as exclude, watch_mode as watch, include_types as include',
      'Fields without effect in this program: generate_summaries, watch_debounce_seconds, chunk_size (counted in tokens there, in characters here), chunk_overlap (counted in tokens there, in characters here)',
    ]);
  });

  test('jobs: the list, one of them, and its cancellation', async () => {
    const { body: accepted } = await send('POST', '/index/', indexBody());
    (await instance.engine.run(0)).fail(new Error('out of order'));
    await instance.queue.ended(accepted['job_id'] as string);
    const { body } = await send('GET', '/index/jobs/?limit=20');
    expect(body).toMatchObject({ total: 1, pending: 0, running: 0, completed: 0, failed: 1 });
    expect(body['jobs'][0]).toMatchObject({
      job_id: accepted['job_id'],
      status: 'failed',
      source: 'manual',
      folder_path: root,
      progress_percent: expect.any(Number),
      total_files: 0,
      enqueued_at: expect.any(String),
      started_at: expect.any(String),
      error: expect.stringMatching(/^JOB_FAILED: /),
    });
    expect((await send('GET', `/index/jobs/${String(accepted['job_id'])}`)).body).toMatchObject({
      id: accepted['job_id'],
      status: 'failed',
    });
    expect(await send('DELETE', `/index/jobs/${String(accepted['job_id'])}`)).toMatchObject({
      status: 410,
      body: { detail: expect.any(String) },
    });
  });

  test('folders list: also one that was never finished has a text for its time', async () => {
    instance.engine.indexed = [
      { folder_path: root, documents: 3, chunks: 7, last_indexed_at: '2026-01-01T00:00:00.000Z' },
      { folder_path: path.join(root, 'docs'), documents: 0, chunks: 0, last_indexed_at: null },
    ];
    const { body } = await send('GET', '/index/folders/');
    expect(body['folders']).toEqual([
      expect.objectContaining({ folder_path: root, chunk_count: 7, last_indexed: '2026-01-01T00:00:00.000Z' }),
      expect.objectContaining({ chunk_count: 0, last_indexed: '' }),
    ]);
    expect(body['total']).toBe(2);
  });
});

describe('what must not be passed over in silence is refused', () => {
  test.each([
    [{ dry_run: true }, 'POST the same body without dry_run to /index/plan'],
    [{ include_types: ['cobol'] }, undefined],
    [{ include_patterns: ['['] }, undefined],
    [{ unheard_of: 1 }, undefined],
  ])('%j', async (more, hint) => {
    const { status, body } = await send('POST', '/index/', { ...indexBody(), ...more });
    expect([status, body['code']]).toEqual([400, 'REQUEST_INVALID']);
    if (hint !== undefined) expect(body['hint']).toContain(hint);
    expect(instance.engine.runs).toEqual([]);
  });

  test('the removal of the whole index without a confirmation', async () => {
    expect((await send('DELETE', '/index/')).body['code']).toBe('CONFIRMATION_REQUIRED');
  });
});

test('a request of our own is answered as ever, whatever its fields', async () => {
  const own = await send('POST', '/index', { folder_path: root });
  expect(own.body['warnings']).toBeUndefined();
  (await instance.engine.run(0)).fail(new Error('x'));
  await instance.queue.ended(own.body['job_id'] as string);
  const { body } = await send('GET', '/index/jobs');
  expect(body.jobs[0]?.['error']).toEqual({ code: expect.any(String), message: expect.any(String) });
  expect(body.jobs[0]?.['job_id']).toBeUndefined();
  expect((await send('GET', '/index/folders')).body['total']).toBeUndefined();
  expect((await send('POST', '/query', { query: 'x', chunk_size: 3 })).status).toBe(400);
});
