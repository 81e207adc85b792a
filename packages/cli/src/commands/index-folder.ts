import path from 'node:path';
import { type ApiClient, requireCompleted, sameJobOf } from '@agent-brain/client/api';
import { AgentBrainError, errorKinds, isAgentBrainError } from '@agent-brain/contract/errors';
import type { IndexCheck, IndexPlan, IndexRequestInput, Job, JobAccepted } from '@agent-brain/contract/jobs';
import { type Call, type Command, connect, declined, followJob, locate, type Outcome, reachInstance } from '../call/index.ts';
import { glob, integer } from '../command-line/index.ts';
import { confirm } from '../terminal/index.ts';
import { renderAccepted, renderCheck, renderJob, renderPlan } from '../render/index.ts';

type Result = Job | JobAccepted | IndexPlan | IndexCheck;

/** A full check reads every page: minutes for an index of many gigabytes. */
const CHECK_TIMEOUT_MS = 3_600_000;

export const indexFolder: Command<Result> = {
  spec: {
    description: 'Index the project or one of its folders, and follow the job. Unchanged files cost almost nothing.',
    arguments: [{ name: 'path', description: 'Folder to index (default: the whole project)', values: 'directories' }],
    options: [
      { flags: '--add', description: 'Remove nothing from the index, not even files that are gone' },
      { flags: '--force', description: 'Read every file again, changed or not' },
      { flags: '--verify', description: 'Check the whole index and change nothing; exit code 8 when it is damaged' },
      { flags: '--repair', description: 'Set a damaged index aside and build it again, all folders; with --force a sound one too' },
      { flags: '--dry-run', description: 'Show what would be indexed and what would be skipped' },
      { flags: '--replace', description: 'Take the place of a job of the same folder that still waits' },
      { flags: '-d, --detach', description: 'Print the id of the job and return at once' },
      {
        flags: '--include <glob>',
        description: 'Index only files that match; a file that is named, without wildcards, is taken whatever it looks like',
        repeatable: true,
        parse: glob('--include'),
      },
      { flags: '--exclude <glob>', description: 'Leave out files that match', repeatable: true, parse: glob('--exclude') },
      { flags: '--language <name>', description: 'Index only files of this language', repeatable: true },
      { flags: '--no-code', description: 'Index documents only' },
      { flags: '--no-recursive', description: 'Leave out the folders in the folder' },
      { flags: '--chunk-size <n>', description: 'Characters per chunk', parse: integer('--chunk-size', 200, 20_000) },
      {
        flags: '--chunk-overlap <n>',
        description: 'Characters that neighbouring chunks share',
        parse: integer('--chunk-overlap', 0, 5_000),
      },
      { flags: '--watch', description: 'Keep this folder fresh from now on, whatever the configuration says' },
      { flags: '--no-watch', description: 'Leave this folder as it is until it is indexed again' },
      { flags: '--allow-external', description: 'Allow a folder outside the project' },
      { flags: '--yes', description: 'Also when the filters remove more than half of the indexed files of the folder' },
      { flags: '--start', description: 'Start the instance if it does not run' },
    ],
    examples: [
      { line: 'index', does: 'Index the project around you' },
      { line: "index docs --exclude '**/archive/**'", does: 'One folder, without a part of it' },
      { line: 'index --dry-run', does: 'See what would be read' },
      { line: 'index --detach --json', does: 'Start the job and get its id' },
      { line: 'index --verify || agent-brain index --repair', does: 'Check the index, mend it if need be' },
    ],
    notes: [
      'Ctrl-C ends the waiting, not the job.',
      '--verify and --repair are about the whole index: they take no path and no selection. Both leave questions answered meanwhile.',
    ],
  },

  async run(call) {
    refuseSelectionOfRepair(call);
    const location = await locate(call);
    const body = readRequest(call, location.root);
    const client = connect(await reachInstance(location, call), { keepAlive: true });
    try {
      if (call.options['dryRun'] === true)
        return { data: await client.call('indexPlan', { body }, { signal: call.signal, timeoutMs: 300_000 }) };
      if (call.options['verify'] === true) return await verify(client, call);
      const accepted = await submit(client, body, call)
        .catch(askAboutLoss(client, body, call))
        .catch(joinSameJob(call));
      if (accepted === undefined) return undefined;
      if ('status' in accepted) for (const warning of accepted.warnings ?? []) call.terminal.warn(warning);
      if (call.options['detach'] === true && 'status' in accepted) return { data: accepted };
      return { data: requireCompleted(await followJob(client, accepted.job_id, call)) };
    } finally {
      client.close();
    }
  },

  render(data, view) {
    if ('job_id' in data) return renderAccepted(data);
    if ('problems' in data) return renderCheck(data, view);
    return 'total_files' in data ? renderPlan(data, view) : renderJob(data, view);
  },
};

function submit(
  client: ApiClient,
  body: IndexRequestInput,
  { options, signal }: Call,
  isConfirmed = options['yes'] === true,
): Promise<JobAccepted> {
  if (options['repair'] === true) return client.call('indexRepair', { body: { force: options['force'] === true } }, { signal });
  const query = { ...(options['replace'] === true && { replace: 'true' as const }), ...(isConfirmed && { confirm: 'true' as const }) };
  return client.call(options['add'] === true ? 'indexAdd' : 'index', { body, query }, { signal });
}

/** Filters that remove most of a folder may be a slip: a person is asked, a script has to say `--yes`. */
const askAboutLoss =
  (client: ApiClient, body: IndexRequestInput, call: Call) =>
  async (error: unknown): Promise<JobAccepted | undefined> => {
    if (!isAgentBrainError(error) || error.code !== 'SELECTION_REMOVES_FILES') throw error;
    if (!call.terminal.interactive) {
      const hint = 'Look at `agent-brain index --dry-run` with the same filters; repeat with `--yes` if that is what you want.';
      throw new AgentBrainError(error.code, error.message, { hint, data: error.data, cause: error });
    }
    if (await confirm(call.terminal, `${error.message}. Go on?`, false)) return await submit(client, body, call, true);
    return declined(call);
  };

/** The same is on its way already (after Ctrl-C, a restart, from another terminal): who only wants to see it done follows that job. */
const joinSameJob =
  ({ options }: Call) =>
  (error: unknown): { job_id: string } => {
    const same = sameJobOf(error);
    if (same === undefined || options['detach'] === true) throw error;
    return { job_id: same };
  };

function readRequest({ args, options, environment }: Call, root: string): IndexRequestInput {
  const folder = args[0] === undefined ? root : path.resolve(environment.cwd, args[0]);
  const named: Record<keyof IndexRequestInput, unknown> = {
    folder_path: folder,
    project_id: undefined,
    include: options['include'],
    exclude: options['exclude'],
    languages: options['language'],
    include_code: options['code'],
    chunk_size: options['chunkSize'],
    chunk_overlap: options['chunkOverlap'],
    recursive: options['recursive'],
    force: options['force'],
    watch: options['watch'],
    allow_external: options['allowExternal'],
  };
  return named as unknown as IndexRequestInput;
}

/** A damaged index is what the command was to find out: a result, with the exit code of its kind. */
async function verify(client: ApiClient, call: Call): Promise<Outcome<IndexCheck>> {
  const data = await client.call('indexVerify', { body: {} }, { signal: call.signal, timeoutMs: CHECK_TIMEOUT_MS });
  return { data, exitCode: data.ok ? 0 : errorKinds.incompatible.exitCode };
}

/** Options that go with a check of the whole index, by it. */
const besides: Readonly<Record<'verify' | 'repair', readonly string[]>> = {
  verify: ['verify', 'start'],
  repair: ['repair', 'force', 'detach', 'start'],
};

/** @throws ARGUMENT_INVALID */
function refuseSelectionOfRepair({ args, options }: Call): void {
  const what = options['verify'] === true ? 'verify' : options['repair'] === true ? 'repair' : undefined;
  if (what === undefined) return;
  if (args[0] !== undefined)
    throw new AgentBrainError(
      'ARGUMENT_INVALID',
      `--${what} is given with the path ${JSON.stringify(args[0])} — it is about the whole index`,
    );
  // `--no-code` and `--no-recursive` are true unless given.
  const given = Object.entries(options).filter(
    ([name, value]) => value !== undefined && value !== (name === 'code' || name === 'recursive'),
  );
  const foreign = given.find(([name]) => !besides[what].includes(name));
  if (foreign !== undefined) {
    const flag = foreign[1] === false ? `no-${foreign[0]}` : foreign[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new AgentBrainError('ARGUMENT_INVALID', `--${what} is given with --${flag} — it is about the whole index and takes no selection`);
  }
}
