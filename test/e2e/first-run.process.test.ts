import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, test } from 'vitest';

interface QueryData {
  results: { path: string; text: string; start_line: number }[];
}
interface StatusData {
  running: boolean;
  state: string;
  project_root: string;
  instance: { url: string; pid: number } | null;
}

const lantern = { 'src/lantern.ts': 'export function lightTheLantern(): string {\n  return "glow";\n}\n' };

describe('the first-run checklist', () => {
  test('init, start, status from below, query, stop: each leaves what it should and nothing else', async () => {
    const machine = new Machine();
    const root = machine.project('a project', lantern);
    const stateDir = stateDirOf(root);

    await machine.json(root, ['init']);
    expect(existsSync(path.join(stateDir, 'config.json'))).toBe(true);

    await machine.json(root, ['start']);
    const runtime = readRuntime(root);
    expect(runtime.port).toBeGreaterThan(0);
    expect(statSync(path.join(stateDir, 'runtime.json')).mode & 0o777).toBe(0o600);
    const health = (await (await fetch(`${runtime.base_url}/health`)).json()) as { instance_id: string };
    expect(health.instance_id).toBe(runtime.instance_id);

    const below = path.join(root, 'src', 'deep');
    mkdirSync(below);
    expect(await machine.json<StatusData>(below, ['status'])).toMatchObject({
      running: true,
      project_root: root,
      instance: { pid: runtime.pid },
    });

    await machine.json(root, ['index']);
    const { results } = await machine.json<QueryData>(below, ['query', 'lightTheLantern']);
    expect(results[0]).toMatchObject({ path: 'src/lantern.ts', start_line: 1 });

    await machine.json(root, ['stop']);
    expect(readdirSync(stateDir).filter((name) => /runtime|pid|holder|tmp/.test(name))).toEqual([]);
    expect(await machine.json<StatusData>(root, ['status'])).toMatchObject({ running: false, instance: null });
  });

  test('a crashed instance recovers on the next start, with its index', async () => {
    const machine = new Machine();
    const root = machine.project('crash', lantern);
    await machine.json(root, ['init']);
    await machine.json(root, ['start']);
    await machine.json(root, ['index']);
    const { pid } = readRuntime(root);
    process.kill(pid, 'SIGKILL');
    await waitUntil('the killed instance is noticed', async () => !(await machine.json<StatusData>(root, ['status'])).running);
    await machine.json(root, ['start', '--timeout', String(withinMs(5_000) / 1000)]);
    expect(readRuntime(root).pid).not.toBe(pid);
    const { results } = await machine.json<QueryData>(root, ['query', 'lightTheLantern']);
    expect(results[0]?.path).toBe('src/lantern.ts');
  });

  test('git ignores what an instance writes', async () => {
    const machine = new Machine();
    const root = machine.project('repository', lantern);
    execFileSync('git', ['init', '-q'], { cwd: root });
    await machine.json(root, ['init']);
    await machine.json(root, ['start']);
    await machine.json(root, ['index']);
    const untracked = execFileSync('git', ['status', '--porcelain', '-uall'], { cwd: root, encoding: 'utf8' });
    // `init` has created the settings on purpose: they may be committed.
    expect(untracked.split('\n').filter((line) => line.includes('.claude'))).toEqual(['?? .claude/agent-brain/config.json']);
  });
});

describe('start', () => {
  test('a second one finds the running instance and changes nothing', async () => {
    const machine = new Machine();
    const root = machine.project('twice');
    await machine.json(root, ['init']);
    expect(await machine.json(root, ['start'])).toMatchObject({ started: true });
    const first = readRuntime(root);
    expect(await machine.json(root, ['start'])).toMatchObject({ started: false });
    expect(readRuntime(root)).toEqual(first);
  });

  test('twenty at the same moment give one instance and twenty successes', async () => {
    const machine = new Machine();
    const root = machine.project('storm');
    await machine.json(root, ['init']);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => machine.run(root, ['start', '--json', '--timeout', '60'])));
    expect(outcomes.map(({ code, stderr }) => ({ code, stderr })).filter(({ code }) => code !== 0)).toEqual([]);
    const answers = outcomes.map(({ stdout }) => (JSON.parse(stdout) as { data: { started: boolean; instance: { pid: number } } }).data);
    expect(new Set(answers.map(({ instance }) => instance.pid)).size).toBe(1);
    expect(answers.filter(({ started }) => started)).toHaveLength(1);
    const ready = readFileSync(path.join(stateDirOf(root), 'logs', 'server.log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"ready"'));
    expect(ready).toHaveLength(1);
  });
});

describe('several projects', () => {
  test('ten at once have ten ports, and no answer of one shows up in another', async () => {
    const machine = new Machine();
    const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
    const roots = names.map((name) =>
      machine.project(name, { [`src/${name}.ts`]: `export const shared_word = 'only in ${name}';\nexport const own_${name} = 1;\n` }),
    );
    for (const root of roots) await machine.json(root, ['init']);
    await Promise.all(roots.map((root) => machine.json(root, ['start', '--timeout', '60'])));
    expect(new Set(roots.map((root) => readRuntime(root).port)).size).toBe(10);
    await Promise.all(roots.map((root) => machine.json(root, ['index'])));
    for (const [index, root] of roots.entries()) {
      const { results } = await machine.json<QueryData>(root, ['query', 'shared_word', '--top-k', '100']);
      expect(results.map(({ path: file }) => file)).toEqual([`src/p${index}.ts`]);
      expect(results[0]?.text).toContain(`only in p${index}`);
    }
  });
});

test('what a result shows is the indexed version, whatever the file says now, where nothing watches it', async () => {
  const machine = new Machine();
  const root = machine.project('changed', lantern);
  await machine.json(root, ['init']);
  await machine.json(root, ['start']);
  await machine.json(root, ['index', '--no-watch']);
  writeFileSync(path.join(root, 'src/lantern.ts'), 'completely different\n');
  const { results } = await machine.json<QueryData>(root, ['query', 'lightTheLantern']);
  expect(results[0]?.text).toContain('return "glow"');
});
