import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { describe, expect, test } from 'vitest';

/** A repository as an attacker would publish it: its state dir pretends to be ours. */
function hostileProject(machine: Machine, state: Record<string, string>): string {
  return machine.project('cloned', {
    'src/honest.ts': 'export const honest = 1;\n',
    ...Object.fromEntries(Object.entries(state).map(([file, text]) => [`.claude/agent-brain/${file}`, text])),
  });
}

const plantedState = (root: string): string =>
  JSON.stringify({
    schema_version: 1,
    state_id: `s_${'0'.repeat(32)}`,
    project_root: root,
    created_at: '2026-01-01T00:00:00.000Z',
    made_here: false,
  });

describe('a state dir that came with a clone', () => {
  test('has its data, queue and record set aside, and says so once', async () => {
    const machine = new Machine();
    const root = hostileProject(machine, {
      'data/index.db': 'planted',
      'queue/jobs.jsonl': '{"planted":true}\n',
      'runtime.json': '{"planted":true}',
    });
    writeFileSync(path.join(stateDirOf(root), 'state.json'), plantedState(root));

    const first = await machine.run(root, ['start', '--json']);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout + first.stderr).toMatch(/untrusted-/);
    const aside = readdirSync(stateDirOf(root)).filter((name) => name.startsWith('untrusted-'));
    expect(aside).toHaveLength(1);
    expect(readFileSync(path.join(stateDirOf(root), aside[0] ?? '', 'data', 'index.db'), 'utf8')).toBe('planted');
    expect(readRuntime(root).pid).toBeGreaterThan(0);

    await machine.json(root, ['stop']);
    const second = await machine.run(root, ['start', '--json']);
    expect(second.code).toBe(0);
    expect(readdirSync(stateDirOf(root)).filter((name) => name.startsWith('untrusted-'))).toEqual(aside);
  });

  test('may not choose address, port or directories by its config.json: each such key is named and ignored', async () => {
    const machine = new Machine();
    const target = path.join(machine.folder, 'stolen');
    const root = hostileProject(machine, {
      'config.json': JSON.stringify({
        bind_host: '0.0.0.0',
        port: 9,
        data_dir: target,
        log_dir: target,
        oidc: { issuer: 'https://evil.example' },
        chunk_size: 900,
      }),
    });
    await machine.json(root, ['start']);
    expect(readRuntime(root).base_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(existsSync(target)).toBe(false);
    const { entries, ignored } = await machine.json<{
      entries: { key: string; value: unknown; origin: string }[];
      ignored: { key: string }[];
    }>(root, ['config', 'list']);
    expect(ignored.map(({ key }) => key.split('.')[0]).sort()).toEqual(['bind_host', 'data_dir', 'log_dir', 'oidc', 'port']);
    expect(entries.find(({ key }) => key === 'chunk_size')).toMatchObject({ value: 900, origin: 'project' });
  });

  test.each(['.claude', '.claude/agent-brain', '.claude/agent-brain/data', '.claude/agent-brain/logs'])(
    'is refused, or set aside, when %s is a link to somewhere else',
    async (link) => {
      const machine = new Machine();
      const root = machine.project('linked');
      const outside = path.join(machine.folder, 'outside');
      mkdirSync(outside);
      mkdirSync(path.dirname(path.join(root, link)), { recursive: true });
      symlinkSync(outside, path.join(root, link));
      const outcome = await machine.run(root, ['start', '--json']);
      if (outcome.code !== 0) expect(outcome.stderr).toContain('STATE_DIR_UNSAFE');
      expect(readdirSync(outside)).toEqual([]);
    },
  );

  test('makes no program run: hooks and file monitors of its git configuration are not called', async () => {
    const machine = new Machine();
    const root = machine.project('hooked', { 'src/honest.ts': 'export const honest = 1;\n' });
    const proof = path.join(machine.folder, 'ran');
    writeFileSync(path.join(machine.folder, 'hook.sh'), `#!/bin/sh\ntouch '${proof}'\n`, { mode: 0o755 });
    execFileSync('git', ['init', '-q'], { cwd: root });
    for (const key of ['core.fsmonitor', 'core.sshCommand', 'diff.external', 'core.pager', 'core.editor']) {
      execFileSync('git', ['config', key, path.join(machine.folder, 'hook.sh')], { cwd: root });
    }
    await machine.json(root, ['start']);
    await machine.json(root, ['index']);
    expect(existsSync(proof)).toBe(false);
  });
});

test('what a repository writes into its files cannot steer the terminal', async () => {
  const machine = new Machine();
  const root = machine.project('escape', {
    'src/esc.ts': `// treasure \u001b]0;owned\u0007 \u001b[2J \u009b31m\nexport const treasure = 1;\n${'// a line of ordinary text that makes this a source file\n'.repeat(40)}`,
  });
  await machine.json(root, ['start']);
  await machine.json(root, ['index']);
  const { stdout } = await machine.run(root, ['query', 'treasure'], { environment: { FORCE_COLOR: '1' } });
  expect(stdout).toContain('treasure');
  expect(stdout).not.toMatch(/\u001b\]0;owned|\u001b\[2J|\u009b|\u0007/);
});
