import type { ConfigValues } from '@agent-brain/contract/config';
import type { Job } from '@agent-brain/contract/jobs';
import type { ProjectPaths } from '@agent-brain/runtime/project';
import type { Engine, Precedence } from '@agent-brain/search/engine';
import type { Clock } from '../clock/index.ts';
import { FileJobStore } from '../job-store/index.ts';
import { engineWork, type JobLog, JobQueue, type JobTurns } from '../jobs/index.ts';
import { SelfRepair } from './self-repair.ts';
import { ProjectWatch, type WatchSource } from '../watch/index.ts';
import { indexConfig } from './index-config.ts';
import type { Project } from './project.ts';

export interface OpenProjectOptions {
  /** With existing, private data directory. */
  readonly paths: ProjectPaths;
  readonly config: ConfigValues;
  readonly clock: Clock;
  readonly log: JobLog & { debug(fields: object, message: string): void };
  /** Owner of the state dir; negative: not checked. */
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is written there concerns nobody. Default: state, data and log. */
  readonly closedDirs?: readonly string[];
  /** Shared with the other projects of this process. */
  readonly fairness?: Fairness | undefined;
  readonly loadWatchSource: () => Promise<WatchSource>;
  /** A job was submitted, started or ended, or files have changed. */
  readonly onUse: () => void;
  readonly onJobEnded: (job: Readonly<Job>) => void;
}

/** What keeps the projects of a process from being in each other's way. */
export interface Fairness {
  readonly turns: JobTurns;
  /** For taking changed files over, which does not wait for jobs: each project that does it has threads of its own. */
  readonly updates: JobTurns;
  readonly precedence: Precedence;
}

/** Among many projects one that is not being changed keeps only the thread that answers. */
const IDLE_THREADS_MS = 20_000;

/**
 * A project that was not in memory was not watched: its first answer waits so long for a comparison with its files. An
 * instance of its own has just been started by whoever asks, and says what is pending instead.
 */
const FIRST_ANSWER_MS = 2_000;

/** Opens a project's index; its queue is to be recovered, then started. @throws INDEX_NEWER, STATE_DIR_NOT_WRITABLE, DISK_FULL */
export async function openProject(options: OpenProjectOptions): Promise<Project> {
  const { paths, config, clock, log, uid, fairness, onUse, onJobEnded } = options;
  const { openEngine } = await import('@agent-brain/search/engine');
  const engine: Engine = await openEngine({
    projectRoot: paths.root,
    dataDir: paths.dataDir,
    stateDir: paths.stateDir,
    ...(fairness === undefined ? {} : { precedence: fairness.precedence, idleThreadsMs: IDLE_THREADS_MS }),
    memoryLimitMb: config.memory_limit_mb,
    diskLimitMb: config.index_disk_limit_mb,
    log: (level, message, fields = {}) => log[level](fields, message),
    // Told soon after the opening, when all that follows here is there.
    onDamage: () => selfRepair.begin(),
  });
  const queue = new JobQueue({
    projectId: paths.projectId,
    store: new FileJobStore({ file: paths.queueFile, uid, clock, log }),
    perform: engineWork(engine, indexConfig(config)),
    maxQueued: config['queue.max'],
    timeoutS: config['queue.timeout_s'],
    clock,
    turns: fairness?.turns,
    log,
    onActivity: onUse,
    onEnded: (job) => {
      onJobEnded(job);
      if (job.trigger !== undefined) return;
      // Another folder may be indexed now, be wanted fresh, or not be wanted any more.
      watch.givenUp.note(job);
      if (job.status === 'completed') watch.tryAgain();
      void watch.refresh();
    },
  });
  const selfRepair = new SelfRepair({ root: paths.root, engine, queue, indexConfig: indexConfig(config), clock, log });
  const closedDirs = options.closedDirs ?? [paths.stateDir, paths.dataDir, paths.logDir];
  const watch = new ProjectWatch({
    root: paths.root,
    closedDirs,
    config,
    indexConfig: indexConfig(config),
    engine,
    queue: fairness === undefined ? queue : withTurns(queue, fairness.updates),
    clock,
    log,
    loadSource: options.loadWatchSource,
    onActivity: onUse,
    firstAnswerMs: fairness === undefined ? 0 : FIRST_ANSWER_MS,
  });
  return { id: paths.projectId, root: paths.root, stateDir: paths.stateDir, config, engine, queue, watch };
}

const withTurns = (queue: JobQueue, updates: JobTurns): Pick<JobQueue, 'interlude' | 'busy' | 'stats'> => ({
  interlude: (work) => updates.run(() => queue.interlude(work)),
  get busy() {
    return queue.busy;
  },
  stats: () => queue.stats(),
});
