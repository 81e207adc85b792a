import { startInstance } from '@agent-brain/client/start';
import type { StartResult } from '@agent-brain/contract/commands';
import type { Job } from '@agent-brain/contract/jobs';
import type { QueryResponse } from '@agent-brain/contract/query';
import { requireCompleted } from '@agent-brain/client/api';
import { type Call, followJob, locate, startOptions } from '../call/index.ts';
import { renderJob, renderQuery, renderStart, type View } from '../render/index.ts';
import { printableLine } from '../terminal/index.ts';

/** What the first run did, step by step. */
export interface FirstRun {
  readonly start: StartResult;
  readonly job: Job;
  readonly question: string;
  readonly answer: QueryResponse;
}

const shownResults = 3;

/** From nothing to an answer: starts the instance of the project, indexes it, asks it. */
export async function performFirstRun(call: Call, question: string): Promise<FirstRun> {
  const { signal, terminal } = call;
  const { instance, result } = await startInstance(await locate(call), startOptions(call));
  terminal.note(`${result.started ? 'Started' : 'Running at'} ${result.instance.url} for ${result.project_root}`);
  const client = instance.connect({ keepAlive: true });
  try {
    const accepted = await client.call('index', { body: { folder_path: result.project_root } }, { signal });
    const job = requireCompleted(await followJob(client, accepted.job_id, call));
    const answer = await client.call('query', { body: { query: question, top_k: shownResults } }, { signal });
    return { start: result, job, question, answer };
  } finally {
    client.close();
  }
}

/** @param program how the person runs agent-brain here */
export function renderFirstRun({ start, job, question, answer }: FirstRun, view: View, program: string): string {
  const next: [string, string][] = [
    [`${program} query "your question"`, 'ask this project'],
    [`${program} status`, 'see what is indexed'],
    [`${program} stop`, 'stop the instance'],
    [`${start.instance.url}/docs`, 'the API, in a browser'],
  ];
  const width = Math.max(...next.map(([line]) => line.length));
  return [
    renderStart(start, view),
    renderJob(job, view),
    '',
    `${view.style('bold', 'Question:')} ${printableLine(question)}`,
    '',
    renderQuery(answer, view),
    '',
    view.style('bold', 'What to type next:'),
    ...next.map(([line, does]) => `  ${view.style('cyan', line.padEnd(width))}  ${does}`),
  ].join('\n');
}
