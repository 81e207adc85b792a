import fs from 'node:fs';
import path from 'node:path';
import type { ListResult, QueryCommandResult, StartResult, StatusResult, StopResult } from '@agent-brain/contract/commands';
import type { JobList } from '@agent-brain/contract/jobs';
import { Machine, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { expect, test } from 'vitest';

const lantern = { 'src/lantern.ts': 'export function lightLantern() {\n  return "lamp oil";\n}\n' };
const harbour = { 'src/harbour.ts': 'export function openHarbour() {\n  return "lamp at the pier";\n}\n' };

/** What a daemon or instance that lives leaves to be found. */
const traces = (directory: string): string[] =>
  fs.readdirSync(directory).filter((name) => /^runtime\.json$|\.pid$|holder\.json$|\.tmp$/.test(name));
const paths = ({ results }: QueryCommandResult): string[] => results.map((result) => result.path);

test('two projects in folders with spaces and umlauts live in one daemon, from the first command to the last', {
  timeout: 600_000,
}, async () => {
  const machine = new Machine();
  const one = machine.project('Läden am Kai', lantern);
  const other = machine.project('zweites Gerät', harbour);
  const query = (cwd: string, ...args: string[]) => machine.json<QueryCommandResult>(cwd, ['query', ...args]);

  await machine.json(one, ['init', '--mode', 'shared']);
  expect(JSON.parse(fs.readFileSync(path.join(stateDirOf(one), 'config.json'), 'utf8'))).toMatchObject({ mode: 'shared' });
  expect(JSON.parse(fs.readFileSync(path.join(machine.home, 'shared_config.json'), 'utf8'))).toMatchObject({
    port: 45_123,
    port_range: 50,
  });
  expect(await machine.problem(one, ['query', 'lamp'])).toMatchObject({
    code: 'INSTANCE_NOT_RUNNING',
    exit: 6,
    detail: expect.stringMatching(/^The user daemon of .* is not running$/),
    hint: expect.stringContaining('agent-brain start'),
  });
  expect(await machine.json<StatusResult>(one, ['status'])).toMatchObject({ running: false, mode: 'shared', daemon: 'stopped' });

  const first = await machine.json<StartResult>(one, ['start']);
  expect(first).toMatchObject({ started: true, registered: true, instance: { mode: 'shared' }, project_root: one });
  const second = await machine.json<StartResult>(other, ['start', '--mode', 'shared']);
  expect(second).toMatchObject({ started: false, registered: true, instance: { pid: first.instance.pid } });
  expect(await machine.json<StartResult>(path.join(other, 'src'), ['start'])).toMatchObject({ started: false, registered: false });

  await Promise.all([one, other].map((cwd) => machine.json(cwd, ['index'])));
  expect(paths(await query(one, 'lamp'))).toEqual(['src/lantern.ts']);
  expect(paths(await query(other, 'lamp'))).toEqual(['src/harbour.ts']);
  const both = await query(machine.folder, '--projects', `zweites Gerät,${one}`, 'lamp');
  expect(new Set(paths(both))).toEqual(new Set(['src/lantern.ts', 'src/harbour.ts']));
  const owner = (file: string) =>
    both.projects?.find(({ project_id }) => project_id === both.results.find((result) => result.path === file)?.project_id);
  expect([owner('src/lantern.ts')?.project_root, owner('src/harbour.ts')?.name]).toEqual([one, 'zweites Gerät']);
  expect((await machine.run(machine.folder, ['query', '--projects', `${one},${other}`, 'lamp'])).stdout).toMatch(
    /^Läden am Kai {2}src\/lantern\.ts:2/m,
  );

  expect(await machine.json<StatusResult>(one, ['status'])).toMatchObject({
    running: true,
    mode: 'shared',
    daemon: 'running',
    index: { total_documents: 2 },
  });
  expect((await machine.run(one, ['list'])).stdout).toMatch(/Läden am Kai \(shared\) +running[^]*User daemon: running \(.*, 2 projects\)/);
  const { jobs } = await machine.json<JobList>(one, ['jobs']);
  // On a busy machine what watching does may last long enough to be told as well.
  expect(jobs.filter(({ trigger }) => trigger === undefined)).toHaveLength(1);

  const gone = await machine.json<StopResult>(other, ['stop']);
  expect(gone).toMatchObject({
    was_running: true,
    method: 'unregister',
    notes: [expect.stringContaining(path.join(machine.home, 'projects'))],
  });
  expect(traces(stateDirOf(other))).toEqual([]);
  expect(await machine.problem(machine.folder, ['query', '--projects', `${one},${other}`, 'lamp'])).toMatchObject({
    code: 'PROJECT_UNKNOWN',
    exit: 4,
  });
  expect(paths(await query(machine.folder, '--start', '--projects', `${one},${other}`, 'lamp'))).toHaveLength(2);

  expect(await machine.json<StopResult>(machine.folder, ['stop', '--mode', 'shared'])).toMatchObject({
    was_running: true,
    pid: first.instance.pid,
  });
  for (const directory of [machine.home, ...[one, other].map(stateDirOf)]) expect([directory, traces(directory)]).toEqual([directory, []]);
  expect(fs.readdirSync(path.join(machine.home, 'daemons'))).toEqual([]);
  // The daemon takes up what it served, and so does a question.
  expect(paths(await query(one, '--start', 'lamp'))).toEqual(['src/lantern.ts']);
  expect(paths(await query(other, 'lamp'))).toEqual(['src/harbour.ts']);
});

test('a project that changes its mode keeps the two indexes apart, and is told what stays where', async () => {
  const machine = new Machine();
  const root = machine.project('wechsel', lantern);
  const storage = () => fs.readdirSync(path.join(machine.home, 'projects')).map((id) => path.join(machine.home, 'projects', id));
  await machine.json(root, ['start']);
  await machine.json(root, ['index']);

  const toShared = await machine.json<StartResult>(root, ['start', '--mode', 'shared']);
  expect(toShared.warnings.join('\n')).toMatch(/was stopped\.[^]*stays in .*wechsel.*data; shared mode does not use it/);
  expect(await machine.json(root, ['query', 'lamp'])).toMatchObject({ results: [], index_generation: 0 });
  fs.writeFileSync(path.join(root, 'src', 'only-shared.ts'), 'export const lampOfTheDaemon = 1;\n');
  await machine.json(root, ['index']);
  // Without a wish, what serves goes on.
  expect(await machine.json<StartResult>(root, ['start'])).toMatchObject({ started: false, instance: { mode: 'shared' } });

  const back = await machine.json<StartResult>(root, ['start', '--mode', 'project']);
  expect(back).toMatchObject({ started: true, instance: { mode: 'project' } });
  expect(back.warnings.join('\n')).toMatch(/no longer serves[^]*stays in .*projects.p_[0-9a-f]{8}; this mode does not use it/);
  expect(storage()).toHaveLength(1);
  expect(await machine.json<ListResult>(root, ['list'])).toMatchObject({
    instances: [{ mode: 'project', state: 'running' }],
    daemon: { active_projects: 0 },
  });
  expect(await machine.json<StopResult>(root, ['stop'])).toMatchObject({ method: 'request' });

  await machine.json(root, ['start', '--mode', 'shared']);
  expect(await machine.json<StopResult>(root, ['stop', '--purge'])).toMatchObject({ method: 'unregister', notes: [] });
  expect(storage()).toEqual([]);
});

test('outside a project the daemon alone is started, and of a registry that was lost the list and gc still know', {
  timeout: 600_000,
}, async () => {
  const machine = new Machine();
  const bare = path.join(machine.folder, 'bare');
  fs.mkdirSync(bare);
  expect(await machine.json<StartResult>(bare, ['start', '--mode', 'shared'])).toMatchObject({
    started: true,
    project_root: null,
    state_dir: machine.home,
  });
  expect(fs.readdirSync(bare)).toEqual([]);
  const root = machine.project('verloren', lantern);
  await machine.json(root, ['start', '--mode', 'shared']);
  await machine.json(bare, ['stop', '--mode', 'shared']);
  expect((await machine.run(root, ['stop'])).stdout).toMatch(
    /^Not running: .*verloren\n {2}The user daemon does not run; it will not serve[^]*Its index stays in/,
  );
  expect(await machine.json<StatusResult>(root, ['status'])).toMatchObject({ mode: 'project' });
  // A folder that nothing marks as a project becomes one by `init`, and by nothing less.
  await machine.json(bare, ['init', '--mode', 'shared']);
  expect(await machine.json<StatusResult>(bare, ['status'])).toMatchObject({ project_root: bare, mode: 'shared', daemon: 'stopped' });
  for (const file of ['registry.json', 'registry.copy.json']) fs.rmSync(path.join(machine.home, file));
  expect(await machine.json<ListResult>(bare, ['list'])).toMatchObject({ instances: [] });
  expect(await machine.json<ListResult>(bare, ['list', '--all'])).toMatchObject({
    instances: [{ name: 'verloren', project_root: root, mode: 'project', state: 'stopped' }],
    daemon: { state: 'stopped' },
  });
  // Its own record proves whose the data is: nothing is left over.
  expect(await machine.json(bare, ['gc', '--dry-run'])).toMatchObject({ removed: [], kept: [] });
});
