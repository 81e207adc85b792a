import { type ApiClient, requireCompleted } from '@agent-brain/client/api';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Job, JobList, JobStatus } from '@agent-brain/contract/jobs';
import { type Call, type Command, connect, followJob, locate, reachInstance } from '../call/index.ts';
import { integer } from '../command-line/index.ts';
import { renderJobDetail, renderJobs } from '../jobs-view/index.ts';
import { streamEvents, watchTable } from '../jobs-watch/index.ts';

type Result = JobList | Job;

const statuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const satisfies readonly JobStatus[];

/** What the words and flags ask for. */
interface Wish {
  readonly action: 'list' | 'show' | 'cancel';
  readonly id?: string;
}

export const jobs: Command<Result> = {
  spec: {
    description: 'Show what is indexed now, what waits and what has ended; cancel it, or watch it.',
    arguments: [
      { name: 'job', description: 'Id of a job to show, or `cancel`', words: ['cancel'], values: 'jobs' },
      { name: 'id', description: 'For cancel: id of the job', values: 'jobs' },
    ],
    options: [
      { flags: '-w, --watch', description: 'Go on showing until Ctrl-C, or until the named job ends; one JSON object per event in a pipe' },
      { flags: '--status <status>', description: `Only jobs that are ${statuses.join(', ')}`, choices: statuses },
      { flags: '-n, --limit <n>', description: 'At most so many jobs (default 50; 20 with --watch)', parse: integer('--limit', 1, 1000) },
      { flags: '--cancel [id]', description: 'Cancel the job, as `jobs cancel` does', values: 'jobs' },
      { flags: '--force', description: 'Cancel it although it runs' },
    ],
    examples: [
      { line: 'jobs', does: 'Running, waiting, and ended ones, newest first' },
      { line: 'jobs --watch', does: 'The same, live' },
      { line: 'jobs job_5f0c19aa3b21', does: 'All about one job' },
      { line: 'jobs cancel job_5f0c19aa3b21 --force', does: 'Stop a job that runs' },
      { line: 'jobs --status failed --json | jq -r .data.jobs[].error.code', does: 'For a script' },
    ],
    notes: ['Ctrl-C ends the watching, not the jobs. What a cancelled job has committed stays in the index.'],
  },

  async run(call) {
    const wish = readWish(call);
    const client = connect(await reachInstance(await locate(call), call), { keepAlive: true });
    try {
      return await (wish.id === undefined ? listJobs(client, call) : handleJob(client, wish.id, wish.action, call));
    } finally {
      client.close();
    }
  },

  render(data, view) {
    return 'jobs' in data ? renderJobs(data, view) : renderJobDetail(data, view);
  },
};

async function listJobs(client: ApiClient, call: Call): Promise<{ data: Result } | undefined> {
  const status = call.options['status'] as JobStatus | undefined;
  const limit = call.options['limit'] as number | undefined;
  if (call.options['watch'] !== true) return { data: await client.call('jobs', { query: { status, limit } }, { signal: call.signal }) };
  const { stdout } = call.terminal;
  if (call.globals.json || !stdout.redrawable) await streamEvents(client, { door: 'events', status }, call);
  else await watchTable(client, { status, limit }, call);
  return undefined;
}

async function handleJob(client: ApiClient, id: string, action: Wish['action'], call: Call): Promise<{ data: Result } | undefined> {
  const { signal, options, globals, terminal } = call;
  if (action === 'cancel') {
    const query = options['force'] === true ? { force: 'true' as const } : {};
    return { data: await client.call('jobCancel', { params: { id }, query }, { signal }) };
  }
  if (options['watch'] !== true) return { data: await client.call('job', { params: { id } }, { signal }) };
  if (!globals.json && terminal.stdout.isTTY) return { data: requireCompleted(await followJob(client, id, call)) };
  await streamEvents(client, { door: 'jobEvents', id }, call);
  requireCompleted(await client.call('job', { params: { id } }, { signal }));
  return undefined;
}

/** @throws ARGUMENT_INVALID */
function readWish({ args, options }: Call): Wish {
  const [first, second, ...rest] = args;
  const flag = options['cancel'] as string | true | undefined;
  const wish: Wish = flag === undefined ? wordsOf(first, second) : flaggedWish(flag, first);
  const expected = flag === undefined ? (wish.action === 'cancel' ? 2 : 1) : flag === true ? 1 : 0;
  const extra = args[expected] ?? rest[0];
  if (extra !== undefined) throw new AgentBrainError('ARGUMENT_INVALID', `jobs does not take ${JSON.stringify(extra)} here`);
  if (wish.action !== 'cancel' && options['force'] === true)
    throw new AgentBrainError('ARGUMENT_INVALID', '--force is for cancelling — no job to cancel is named');
  if (wish.action === 'cancel' && options['watch'] === true)
    throw new AgentBrainError('ARGUMENT_INVALID', '--watch does not go with cancelling');
  if (wish.id !== undefined && !/^job_[0-9a-f]{12}$/.test(wish.id)) {
    throw new AgentBrainError('ARGUMENT_INVALID', `${JSON.stringify(wish.id)} is no id of a job — ids are job_ and 12 hex digits`, {
      hint: 'See `agent-brain jobs`.',
    });
  }
  return wish;
}

/** `jobs ID --cancel` and `jobs --cancel ID`. @throws ARGUMENT_INVALID */
function flaggedWish(flag: string | true, first: string | undefined): Wish {
  const id = flag === true ? first : flag;
  if (id !== undefined) return { action: 'cancel', id };
  throw new AgentBrainError('ARGUMENT_INVALID', '--cancel needs the id of a job', { hint: 'See `agent-brain jobs`.' });
}

function wordsOf(first: string | undefined, second: string | undefined): Wish {
  if (first === undefined) return { action: 'list' };
  if (first !== 'cancel') return { action: 'show', id: first };
  if (second === undefined)
    throw new AgentBrainError('ARGUMENT_INVALID', 'jobs cancel needs the id of a job', { hint: 'See `agent-brain jobs`.' });
  return { action: 'cancel', id: second };
}
