import { AgentBrainError } from '@agent-brain/contract/errors';
import { queryRequestSchema, type QueryRequestInput, type QueryResult } from '@agent-brain/contract/query';
import { expect, test } from 'vitest';
import { fakeInstance } from '../fixtures/index.ts';
import { type Project, queryProjects, type ServedProjects } from './index.ts';

const place = (path: string, score: number, text = path): QueryResult => ({
  path,
  start_line: 1,
  end_line: text.split('\n').length,
  text,
  hit: { start_line: 1, end_line: 1 },
  highlights: [],
  score,
  chunk_id: `c_${path}`,
  language: 'markdown',
  source_type: 'doc',
  scores: { bm25: score, vector: null, graph: null },
  more_spans: [],
});

/** Projects that answer with these places, or fail. */
function projectsWith(answers: Record<string, QueryResult[] | AgentBrainError>): Pick<ServedProjects, 'use'> {
  return {
    async use(id, work) {
      const answer = answers[id ?? ''];
      if (answer === undefined) throw new AgentBrainError('PROJECT_UNKNOWN', `${id} is not served`);
      if (answer instanceof AgentBrainError) throw answer;
      const { service, engine } = fakeInstance({ root: `/${id}` });
      engine.answer = async (request) => ({
        results: answer.slice(0, request.top_k),
        total_results: answer.length,
        confidence: (answer[0]?.score ?? 0) >= 0.7 ? 'high' : 'low',
        query_time_ms: 1,
        mode: request.mode,
        index_generation: 7,
        warnings: answer.length === 0 ? ['nothing is indexed yet'] : [],
      });
      return work(service.projects.loaded()[0] as Project);
    },
  };
}

const ask = (answers: Parameters<typeof projectsWith>[0], request: Omit<QueryRequestInput, 'query'> = {}, ids = Object.keys(answers)) =>
  queryProjects(projectsWith(answers), ids, queryRequestSchema.parse({ query: 'q', ...request }), new AbortController().signal);

test('the best of each project stands before every second one, and each place says whose it is', async () => {
  const { results, total_results, index_generation } = await ask(
    { p_a: [place('a1', 1), place('a2', 0.4), place('a3', 0.3)], p_b: [place('b1', 1), place('b2', 0.9)], p_c: [] },
    { top_k: 4 },
  );
  expect(results.map(({ project_id, path }) => [project_id, path])).toEqual([
    ['p_a', 'a1'],
    ['p_b', 'b1'],
    ['p_b', 'b2'],
    ['p_a', 'a2'],
  ]);
  expect([total_results, index_generation]).toEqual([4, 0]);
});

test('a project that is named twice is asked once', async () => {
  const answer = await ask({ p_a: [place('a1', 1)] }, {}, ['p_a', 'p_a']);
  expect(answer.results).toHaveLength(1);
});

test('a project that cannot answer is named, and the others answer; warnings say where they come from', async () => {
  const answer = await ask({ p_a: [], p_b: new AgentBrainError('INDEX_CORRUPT', 'The index is damaged'), p_c: [place('c1', 1)] });
  expect(answer.results.map(({ path }) => path)).toEqual(['c1']);
  expect(answer.warnings).toEqual(['/p_a: nothing is indexed yet', 'project p_b did not answer: The index is damaged']);
});

test('when none can answer, the answer is why', async () => {
  await expect(ask({ p_b: new AgentBrainError('INDEX_CORRUPT', 'damaged') })).rejects.toMatchObject({ code: 'INDEX_CORRUPT' });
});

test('a project that is not served is a mistake of the question', async () => {
  await expect(ask({ p_a: [place('a1', 1)] }, {}, ['p_a', 'p_none'])).rejects.toMatchObject({ code: 'PROJECT_UNKNOWN' });
});

test('all texts together keep the budget, and stay whole lines with their numbers', async () => {
  const text = 'a line of some length\n'.repeat(20).trim();
  const answers = Object.fromEntries(['p_a', 'p_b', 'p_c'].map((id) => [id, [place(id, 1, text)]]));
  const { results, warnings } = await ask(answers, { max_chars: 300 });
  expect(results.reduce((sum, result) => sum + result.text.length, 0)).toBeLessThanOrEqual(300);
  for (const { text: cut, start_line, end_line } of results) expect(cut.split('\n')).toHaveLength(end_line - start_line + 1);
  expect(warnings).toEqual(['texts were cut to 300 characters together']);
});

test('many projects are all asked, in the order they were named', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `p_${index}`);
  const answers = Object.fromEntries(ids.map((id) => [id, [place(id, 1)]]));
  const { results } = await ask(answers, { top_k: 100 });
  expect(results.map(({ project_id }) => project_id)).toEqual(ids);
});
