import { asAgentBrainError } from '@agent-brain/contract/errors';
import { type Confidence, confidences, type QueryRequest, type QueryResponse, type QueryResult } from '@agent-brain/contract/query';
import type { WatcherStatus } from '@agent-brain/contract/status';
import { shareBudget, trimResult } from '@agent-brain/search/query';
import type { Project } from './project.ts';
import type { ServedProjects } from './served-projects.ts';

/** Asked at once; each may have to be loaded first. */
const AT_ONCE = 8;

/** One question to one project. */
export async function queryProject({ engine, watch }: Project, request: QueryRequest, signal: AbortSignal): Promise<QueryResponse> {
  await watch.caughtUp(signal);
  const pending = watch.pendingFiles;
  const answer = await engine.query(request, signal);
  const warnings = [...answer.warnings, ...watchWarnings(watch.status())];
  return { ...answer, warnings, pending_files: Math.max(pending, watch.pendingFiles) };
}

/** What is not watched may be older than `pending_files` can say. */
const watchWarnings = ({ state, reason }: WatcherStatus): string[] =>
  (state === 'limited' || state === 'degraded') && reason !== undefined ? [`changes may be missing: ${reason}`] : [];

/**
 * One question to several projects, as one list.
 *
 * A score means the same in every project: how likely the project's best results answer the question, times the standing of
 * the result among them. So the lists are merged by it. Equal scores are ordered by their position in their project, then by
 * the order in which the projects were named.
 *
 * A project that cannot answer is named in the warnings and holds up no other.
 *
 * @throws PROJECT_UNKNOWN; the signal's reason; what the first project threw, when none could answer
 */
export async function queryProjects(
  projects: Pick<ServedProjects, 'use'>,
  ids: readonly string[],
  request: QueryRequest,
  signal: AbortSignal,
): Promise<QueryResponse> {
  const since = performance.now();
  const asked = [...new Set(ids)];
  const outcomes = await Promise.all(inTurns(asked, (id) => askOne(projects, id, request, signal)));
  signal.throwIfAborted();
  const answers = outcomes.filter((outcome) => 'answer' in outcome);
  const [first] = answers;
  if (first === undefined) throw (outcomes[0] as { error: unknown }).error;
  const { results, isCut } = withinBudget(merge(answers).slice(0, request.top_k), request.max_chars);
  const warnings = outcomes.flatMap((outcome) => warningsOf(outcome));
  if (isCut) warnings.push(`texts were cut to ${request.max_chars} characters together`);
  return {
    results,
    total_results: results.length,
    confidence: bestOf(answers.map(({ answer }) => answer.confidence)),
    query_time_ms: Math.round((performance.now() - since) * 1000) / 1000,
    mode: first.answer.mode,
    index_generation: 0,
    pending_files: answers.reduce((sum, { answer }) => sum + answer.pending_files, 0),
    warnings,
  };
}

const bestOf = (found: readonly Confidence[]): Confidence => confidences.find((level) => found.includes(level)) ?? 'low';

interface Answered {
  readonly id: string;
  readonly root: string;
  readonly answer: QueryResponse;
}
type Outcome = Answered | { readonly id: string; readonly error: unknown };

async function askOne(projects: Pick<ServedProjects, 'use'>, id: string, request: QueryRequest, signal: AbortSignal): Promise<Outcome> {
  try {
    signal.throwIfAborted();
    return await projects.use(id, async (project) => ({ id, root: project.root, answer: await queryProject(project, request, signal) }));
  } catch (error) {
    if (asAgentBrainError(error).code === 'PROJECT_UNKNOWN') throw error;
    return { id, error };
  }
}

/** All of them, so many at once. */
function inTurns<In, Out>(inputs: readonly In[], work: (input: In) => Promise<Out>): Promise<Out>[] {
  const running: Promise<Out>[] = [];
  for (const [index, input] of inputs.entries()) {
    const before = running[index - AT_ONCE];
    running.push(before === undefined ? work(input) : before.then(() => work(input)));
  }
  return running;
}

/** Stable: equal scores stand by their place in their project, then in the order of the projects. */
function merge(answers: readonly Answered[]): QueryResult[] {
  return answers
    .flatMap(({ id, answer }, project) =>
      answer.results.map((result, place) => ({ result: { ...result, project_id: id }, place, project })),
    )
    .toSorted((a, b) => b.result.score - a.result.score || a.place - b.place || a.project - b.project)
    .map(({ result }) => result);
}

/** Each project has kept the budget for itself. */
function withinBudget(results: QueryResult[], maxChars: number | undefined): { results: QueryResult[]; isCut: boolean } {
  const lengths = results.map(({ text }) => text.length);
  if (maxChars === undefined || lengths.reduce((sum, length) => sum + length, 0) <= maxChars) return { results, isCut: false };
  const shares = shareBudget(lengths, maxChars);
  const cut = results.map((result, index) => trimResult(result, shares[index] as number));
  return { results: cut, isCut: true };
}

function warningsOf(outcome: Outcome): string[] {
  if ('error' in outcome) return [`project ${outcome.id} did not answer: ${asAgentBrainError(outcome.error).message}`];
  const cutTexts = /^texts were cut to/;
  return outcome.answer.warnings.filter((warning) => !cutTexts.test(warning)).map((warning) => `${outcome.root}: ${warning}`);
}
