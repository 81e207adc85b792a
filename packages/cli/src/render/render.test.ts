import { AgentBrainError } from '@agent-brain/contract/errors';
import type { StatusResult } from '@agent-brain/contract/commands';
import type { Job } from '@agent-brain/contract/jobs';
import { NOTHING_INDEXED, type QueryResponse, type QueryResult } from '@agent-brain/contract/query';
import { describe, expect, test } from 'vitest';
import {
  renderError,
  renderJob,
  renderLogRecord,
  renderPlan,
  renderProblem,
  renderQuery,
  renderStart,
  renderStatus,
  renderStop,
  type View,
} from './index.ts';

const plain = (_format: unknown, text: string): string => text;
const view: View = { style: plain, now: new Date('2026-01-01T12:00:00Z'), verbose: false, columns: 80 };
const verbose: View = { ...view, verbose: true };
const hostile = 'a\u001b]8;;http://evil\u0007b\u001b[2Jc\u202ed\ne';
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

const result = (more: Partial<QueryResult> = {}): QueryResult => ({
  path: 'src/locks/file-lock.ts',
  start_line: 9,
  end_line: 11,
  text: 'a\n\tb\nc\n',
  hit: { start_line: 10, end_line: 10 },
  highlights: [],
  score: 0.918,
  chunk_id: 'c_1',
  language: 'typescript',
  source_type: 'code',
  scores: { bm25: 0.918, vector: null, graph: null },
  more_spans: [],
  ...more,
});
const response = (more: Partial<QueryResponse> = {}): QueryResponse => ({
  results: [result()],
  total_results: 1,
  confidence: 'high',
  query_time_ms: 3.4,
  mode: 'bm25',
  index_generation: 7,
  pending_files: 0,
  warnings: [],
  ...more,
});

describe('results of a query', () => {
  test('show place, symbol, score, numbered text, further places and the sum', () => {
    const found = result({
      symbol: 'acquireLock',
      more_spans: [
        { start_line: 40, end_line: 60, chunk_id: 'c_2', score: 0.5 },
        { start_line: 99, end_line: 99, chunk_id: 'c_3', score: 0.4 },
      ],
    });
    expect(renderQuery(response({ results: [found], total_results: 12 }), view)).toBe(
      [
        'src/locks/file-lock.ts:10  acquireLock  0.92',
        '   9 │ a',
        '  10 │ \tb',
        '  11 │ c',
        '  also lines 40–60, 99',
        '',
        '1 result of 12 matches in 3 ms (bm25, generation 7)',
      ].join('\n'),
    );
  });

  test('shorten a long text and say so, except in full', () => {
    const found = response({ results: [result({ text: Array.from({ length: 14 }, (_, line) => `line ${line}`).join('\n') })] });
    expect(renderQuery(found, view)).toContain('     … 4 more lines');
    expect(renderQuery(found, verbose)).toContain('  22 │ line 13');
    expect(renderQuery(found, verbose)).toContain('chunk c_1  typescript  code');
  });

  test('say what to do when nothing is indexed, and nothing of the kind otherwise', () => {
    const none = { results: [], total_results: 0 };
    const untouched = response({ ...none, index_generation: 0, warnings: [NOTHING_INDEXED] });
    expect(renderQuery(untouched, view)).toBe('No results in 3 ms (bm25, generation 0)\nNothing is indexed yet. Next: agent-brain index');
    expect(renderQuery(response({ ...none, index_generation: 0, warnings: ['it is made anew'] }), view)).not.toContain('Next');
    expect(renderQuery(response(none), view)).toBe('No results in 3 ms (bm25, generation 7)');
  });

  test('explain scores and pass on warnings', () => {
    const explained = result({
      scores: { bm25: 0.5, vector: 0.7, graph: null },
      explanation: [{ rule: 'path match', value: 0.25, reason: '"lock" stands in the path' }],
    });
    const text = renderQuery(response({ results: [explained], warnings: ['no vectors yet'] }), view);
    expect(text).toContain('0.92 (bm25 0.50, vector 0.70)\n');
    expect(text).toContain('  path match 0.250  "lock" stands in the path');
    expect(text).toContain('warning: no vectors yet');
  });

  test('of a hostile repository cannot steer the terminal', () => {
    const evil = result({
      path: hostile,
      symbol: hostile,
      text: `${hostile}\r\u009b31m`,
      language: hostile,
      explanation: [{ rule: hostile, value: 1, reason: hostile }],
    });
    expect(renderQuery(response({ results: [evil], warnings: [hostile] }), verbose)).not.toMatch(controls);
  });
});

describe('a job', () => {
  const job = {
    total_documents: 1247,
    total_chunks: 8210,
    stats: {
      added: 3,
      changed: 18,
      removed: 0,
      unchanged: 1219,
      skipped: [{ path: hostile, reason: 'binary' }],
      skipped_count: { binary: 2, too_large: 5 },
      duration_ms: { walk: 1, index: 1, finish: 1, total: 4200 },
    },
  } as unknown as Job;

  test('ends with what changed and what was skipped, the most first', () => {
    expect(renderJob(job, view)).toBe(
      '✔ Indexed 1,240 files (3 added, 18 changed, 1,219 unchanged) in 4.2 s: 8,210 chunks written.\n  Skipped 7: too large 5, binary 2 (`agent-brain index --dry-run --verbose` lists them)',
    );
    expect(renderJob(job, verbose)).not.toMatch(controls);
  });

  test('that is only planned shows what it would read', () => {
    const files = Array.from({ length: 22 }, (_, index) => ({
      path: index === 0 ? hostile : `f${index}`,
      size_bytes: 1,
      language: 'go',
      source_type: 'code' as const,
    }));
    const text = renderPlan(
      { folder_path: '/p', total_files: 22, total_bytes: 2048, languages: { python: 2, go: 20 }, files, skipped: [], skipped_count: {} },
      view,
    );
    expect(text).toMatch(/^Would index 22 files \(2\.0 KiB\) of \/p\.\n {2}go 20, python 2\n/);
    expect(text).toMatch(/… and 2 more \(--verbose shows them\)$/);
    expect(text).not.toMatch(controls);
  });
});

describe('an instance', () => {
  const instance = {
    url: 'http://127.0.0.1:4242',
    pid: 99,
    instance_id: 'ab_000000000000',
    mode: 'project' as const,
    version: '0.1.0',
    protocol_version: '1.0',
    started_at: '2026-01-01T11:00:00.000Z',
    uptime_s: 3600,
  };
  const places = { project_root: '/p', state_dir: '/p/.claude/agent-brain', record: null, log_file: '/p/l' };

  test('that was started shows URL, pid, state dir and log', () => {
    const started = {
      ...places,
      instance,
      started: true,
      registered: false,
      replaced_version: null,
      warnings: [hostile],
      duration_ms: 412,
    };
    expect(renderStart({ ...started, warnings: [] }, view)).toBe(
      '✔ Started http://127.0.0.1:4242 (pid 99) in 412 ms\n  project  /p\n  state    /p/.claude/agent-brain\n  log      /p/l',
    );
    expect(renderStart({ ...started, started: false, warnings: [] }, view)).toContain('Already running: http://127.0.0.1:4242 (pid 99)');
    expect(renderStart({ ...started, replaced_version: '0.0.9' }, view)).toContain('Replaced version 0.0.9 by http');
    expect(renderStart(started, view)).not.toMatch(controls);
  });

  test('that was stopped says how', () => {
    expect(renderStop({ was_running: true, pid: 99, method: 'request', project_root: '/p', notes: [], duration_ms: 80 }, view)).toBe(
      '✔ Stopped pid 99 in 80 ms',
    );
    expect(renderStop({ was_running: true, pid: 99, method: 'kill', project_root: '/p', notes: [], duration_ms: 80 }, view)).toBe(
      '✔ Killed pid 99 in 80 ms',
    );
    expect(renderStop({ was_running: false, pid: null, method: 'none', project_root: '/p', notes: [], duration_ms: 8 }, view)).toBe(
      'Not running: /p',
    );
  });

  test('shows its index on one screen, with relative times', () => {
    const data: StatusResult = {
      ...places,
      running: true,
      initialised: true,
      state: 'running',
      mode: 'project',
      daemon: null,
      instance,
      warnings: [],
      index: {
        total_documents: 1240,
        total_chunks: 8210,
        indexing_in_progress: true,
        running_job_id: 'job_1',
        queued_jobs_count: 2,
        progress_percent: 41.6,
        last_indexed_at: '2026-01-01T11:57:00.000Z',
        mode: 'project',
        state_dir: places.state_dir,
        project_root: '/p',
        embedding: null,
        index: { bytes: 5_000_000, generation: 9, state: 'indexing' },
        watcher: {
          state: 'on',
          folders: 1,
          batches: 4,
          files_updated: 12,
          last_update_at: '2026-01-01T11:59:00.000Z',
          last_compared_at: null,
        },
        pending_files: 3,
        memory_bytes: 120_000_000,
      },
    };
    expect(renderStatus(data, view)).toBe(
      [
        '● Running at http://127.0.0.1:4242 (pid 99)',
        '  project  /p',
        '  state    /p/.claude/agent-brain',
        '  log      /p/l',
        '  version  0.1.0 (protocol 1.0, mode project)',
        '  uptime   1h 00m',
        '  index    1,240 documents, 8,210 chunks (indexing, generation 9)',
        '  indexed  3 min ago',
        '  fresh    watching 1 folder, 12 files updated (last 1 min ago), 3 files newer than the index',
        '  size     4.8 MiB on disk, 114 MiB in memory',
        '  job      running job_1, 41 %, 2 queued',
      ].join('\n'),
    );
    // An instance of an earlier version, which tells less.
    const earlier = { ...data.index, pending_files: undefined, watcher: { state: 'off' } };
    const older = { ...data, index: earlier } as unknown as typeof data;
    expect(renderStatus(older, view)).toMatch(/^ {2}fresh +not watching$/m);
    expect(renderStatus(data, { ...view, brief: true })).toBe('Agent Brain: running, 1,240 files indexed, 3 min ago; indexing, 41 %');
    expect(renderStatus(data, verbose)).toContain('3 min ago (2026-01-01T11:57:00.000Z)');
    const served = data.index as NonNullable<typeof data.index>;
    const inState = (state: 'corrupt' | 'rebuilding') => ({ ...data, index: { ...served, index: { ...served.index, state } } });
    for (const [state, words] of [
      ['corrupt', 'is damaged and is being repaired; it answers from what is sound'],
      ['rebuilding', 'is being rebuilt; it answers from what is there'],
    ] as const) {
      expect(renderStatus(inState(state), view)).toContain(`condition  ${words}`);
      expect(renderStatus(inState(state), { ...view, brief: true })).toBe(
        `Agent Brain: running, 1,240 files indexed; the index ${words}; indexing, 41 %`,
      );
    }
  });

  test('is one line when asked briefly, and nothing where it was never initialised', () => {
    const brief: View = { ...view, brief: true };
    const stopped: StatusResult = {
      ...places,
      running: false,
      initialised: true,
      state: 'stopped',
      mode: 'project',
      daemon: null,
      instance: null,
      index: null,
      warnings: [],
    };
    expect(renderStatus(stopped, brief)).toBe('Agent Brain: initialised, not running');
    expect(renderStatus({ ...stopped, initialised: false }, brief)).toBe('');
    expect(renderStatus({ ...stopped, state: 'unresponsive' }, brief)).toBe('Agent Brain: does not answer (agent-brain doctor)');
  });

  test('that does not run says how to start it', () => {
    const stopped: StatusResult = {
      ...places,
      running: false,
      initialised: true,
      state: 'stopped',
      mode: 'project',
      daemon: null,
      instance: null,
      index: null,
      warnings: [],
    };
    expect(renderStatus(stopped, view)).toMatch(/^Not running\n[^]*Next: agent-brain start$/);
    const shared = { ...stopped, mode: 'shared' } as const;
    expect(renderStatus({ ...shared, daemon: 'stopped' }, view)).toMatch(/^Not running: the user daemon[^]*Next: agent-brain start$/);
    expect(renderStatus({ ...shared, daemon: 'running' }, view)).toMatch(/^Not served: the user daemon does not know/);
  });

  test('of the user daemon says what was done for the project, and what for the daemon', () => {
    const shared = {
      ...places,
      instance: { ...instance, mode: 'shared' as const },
      replaced_version: null,
      warnings: [],
      duration_ms: 412,
    };
    const first = (text: string) => text.split('\n')[0];
    const where = 'the user daemon at http://127.0.0.1:4242 (pid 99)';
    expect(first(renderStart({ ...shared, started: true, registered: true }, view))).toBe(
      `✔ Started ${where}, which serves this project, in 412 ms`,
    );
    expect(first(renderStart({ ...shared, started: false, registered: true }, view))).toBe(`✔ Registered with ${where} in 412 ms`);
    expect(first(renderStart({ ...shared, started: false, registered: false }, view))).toBe(`✔ Already running: ${where}`);
    expect(renderStart({ ...shared, project_root: null, state_dir: '/h', started: true, registered: false }, view)).toBe(
      `✔ Started ${where} in 412 ms\n  home  /h\n  log   /p/l`,
    );
    const gone = {
      was_running: true,
      pid: null,
      method: 'unregister',
      project_root: '/p',
      notes: [`stays in ${hostile}`],
      duration_ms: 80,
    } as const;
    expect(renderStop({ ...gone, notes: [...gone.notes] }, view)).toMatch(
      /^✔ Unregistered \/p in 80 ms; the user daemon goes on\n {2}stays in a\\x1b/,
    );
    const ended = { was_running: true, pid: 99, method: 'request', project_root: null, notes: [], duration_ms: 80 } as const;
    expect(renderStop({ ...ended, notes: [] }, view)).toBe('✔ Stopped the user daemon, pid 99 in 80 ms');
  });
});

describe('an error', () => {
  const error = new AgentBrainError('CONFIG_INVALID', `/p/${hostile} is wrong`, {
    hint: 'Correct it.',
    errors: [{ pointer: '/port', message: 'expected number' }],
    data: { log_tail: ['last words\u0007'] },
    cause: new Error('below'),
  });

  test('shows code, message, fields, log and what to do, and no control', () => {
    expect(renderError(error, plain, false).split('\n').slice(1)).toEqual([
      '  /port: expected number',
      '  | last words\\x07',
      '  → Correct it.',
    ]);
    expect(renderError(error, plain, false)).toMatch(/^error\[CONFIG_INVALID\]: \/p\/a\\x1b/);
    expect(renderError(error, plain, true)).toContain('caused by Error: below');
    expect(renderError(error, plain, true)).not.toMatch(controls);
  });

  test('of ours asks for the trace', () => {
    expect(renderError(new AgentBrainError('INTERNAL', 'oops'), plain, false)).toContain('--verbose');
  });

  test('is one line of JSON for a program', () => {
    const problem = renderProblem(error);
    expect(problem).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(JSON.parse(problem)).toMatchObject({ code: 'CONFIG_INVALID', kind: 'usage', status: 400, errors: [{ pointer: '/port' }] });
  });
});

test('a log line shows time, level, message and fields; one that is no record stands as it is', () => {
  const record = { level: 'warn', time: '2026-01-01T11:57:00.123Z', pid: 1, msg: `slow ${hostile}`, request_id: 'r1', took: { ms: 3 } };
  expect(renderLogRecord(record, plain, false)).toMatch(/^11:57:00\.123 {2}warn {3}slow a\\x1b.* {2}took=\{"ms":3\} request_id=r1$/);
  expect(renderLogRecord({ text: 'Segmentation fault\u0007' }, plain, false)).toBe('Segmentation fault\\x07');
});
