import type { JobList } from '@agent-brain/contract/jobs';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, expect, test } from 'vitest';
import { Pane, program, TestUser } from '../fixtures/index.ts';

beforeEach((context) => {
  requireProgram(context, 'git');
  requireProgram(context, 'tmux');
});

const patience = { timeoutMs: 180_000 };
const folders = 30;

/** A project with an instance and many ended jobs. */
async function projectWithJobs() {
  const user = new TestUser();
  const files = Object.fromEntries(Array.from({ length: folders }, (_, n) => [`folder${n}/readme.md`, `# Folder ${n}\n`]));
  const cwd = user.project('watch ü', files);
  // What watching does may last long enough to be told as a job.
  await user.run(['start'], { cwd, env: { AGENT_BRAIN_WATCH: 'false' } });
  for (let n = 0; n < 12; n += 1) await user.run(['index', `folder${n}`, '--detach'], { cwd });
  const ended = async () => (await user.json<JobList>(['jobs'], { cwd })).completed_count === 12;
  await waitUntil('they have ended', ended, patience);
  return { user, cwd };
}

test('a table that is watched keeps to the height of its terminal, whatever happens, and ends with Ctrl-C', async () => {
  const { user, cwd } = await projectWithJobs();
  const pane = new Pane([process.execPath, program, 'jobs', '--watch'], { cwd, env: user.env(), columns: 90, rows: 10 });
  const isShown = () =>
    pane.screen()[0]?.startsWith('ID ') === true && pane.screen().some((line) => /12 completed; 5 not shown/.test(line));
  await waitUntil('the table is there, with as many rows as fit', isShown, patience);
  expect(pane.screen().filter((line) => line.startsWith('job_'))).toHaveLength(7);

  for (let n = 12; n < 18; n += 1) await user.run(['index', `folder${n}`, '--detach'], { cwd });
  const isUpToDate = (rows: number) => () => pane.screen().some((line) => line.includes(`18 completed; ${18 - rows} not shown`));
  await waitUntil('it shows the new jobs', isUpToDate(7), patience);
  expect([pane.screen()[0], pane.scrolledAway()]).toEqual([expect.stringMatching(/^ID +STATUS/), 0]);

  pane.resize(60, 6);
  await waitUntil('it is drawn anew for a smaller terminal', isUpToDate(3), patience);
  expect(pane.screen().filter((line) => /^ID +STATUS/.test(line))).toHaveLength(1);
  pane.resize(90, 24);
  await waitUntil('and for a larger one', () => pane.screen().filter((line) => line.startsWith('job_')).length === 18, patience);
  expect(pane.screen().filter((line) => /^ID +STATUS/.test(line))).toHaveLength(1);

  pane.press('C-c');
  await waitUntil('it has ended', () => pane.exitCode() !== undefined, patience);
  expect(pane.exitCode()).toBe(130);
});
