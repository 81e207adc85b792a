import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Machine, readRuntime, stateDirOf } from '@agent-brain/test-harness/agent-brain';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { expect, onTestFinished, test } from 'vitest';

/*
 * docs/agents.md tells authors of agents how a running instance is found: record, lock, proof. The Python that stands
 * there is run here against the real thing, and against what pretends to be it.
 */
const page = path.resolve(import.meta.dirname, '../../docs/agents.md');
const code = /^```python\n(.*?)^```$/ms.exec(readFileSync(page, 'utf8'))?.[1] ?? '';

function discover(machine: Machine, project: string): Promise<{ stdout: string; stderr: string }> {
  const file = path.join(machine.folder, 'page.py');
  writeFileSync(file, `${code}\n\nimport sys\nprint(discover(sys.argv[1]))\n`);
  return new Promise((resolve) => {
    execFile('python3', [file, stateDirOf(project)], { env: machine.environment, timeout: 300_000 }, (_error, stdout, stderr) =>
      resolve({ stdout: stdout.trim(), stderr }),
    );
  });
}

/** Answers every request like an instance without the token would, and keeps what it was sent. */
async function stranger(answer: object): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = http.createServer((request, response) => {
    heard.push(`${request.url ?? ''}${JSON.stringify(request.headers)}`);
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, heard };
}

test('the page finds a running instance by record, lock and proof, and nothing after a kill', async (context) => {
  requireProgram(context, 'python3');
  const machine = new Machine();
  const project = machine.project('mein Gerät');
  expect(await discover(machine, project)).toEqual({ stdout: 'None', stderr: '' });
  expect(existsSync(stateDirOf(project))).toBe(false);

  await machine.json(project, ['start']);
  const { base_url, token, pid, project_id } = readRuntime(project);
  expect(await discover(machine, project)).toEqual({ stdout: `('${base_url}', '${token}', '${project_id}')`, stderr: '' });

  const record = path.join(stateDirOf(project), 'runtime.json');
  const kept = readFileSync(record, 'utf8');
  process.kill(pid, 'SIGKILL');
  while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, 5));
  writeFileSync(record, kept);
  expect(await discover(machine, project)).toEqual({ stdout: 'None', stderr: '' });
  expect(readdirSync(stateDirOf(project))).toContain('runtime.json');
});

test('the page follows a pointer to the user daemon of the own home, and to no other', async (context) => {
  requireProgram(context, 'python3');
  const machine = new Machine();
  const project = machine.project('geteiltes Gerät');
  await machine.json(project, ['start', '--mode', 'shared']);
  const pointer = readRuntime(project) as unknown as Record<string, unknown>;
  const daemon = JSON.parse(readFileSync(path.join(machine.home, 'runtime.json'), 'utf8')) as {
    base_url: string;
    token: string;
    pid: number;
  };
  const answer = `('${daemon.base_url}', '${daemon.token}', '${String(pointer['project_id'])}')`;
  expect(await discover(machine, project)).toEqual({ stdout: answer, stderr: '' });
  // It would write the right one again at once.
  process.kill(daemon.pid, 'SIGSTOP');
  try {
    writeFileSync(path.join(stateDirOf(project), 'runtime.json'), JSON.stringify({ ...pointer, home: machine.folder }));
    expect(await discover(machine, project)).toEqual({ stdout: 'None', stderr: '' });
  } finally {
    process.kill(daemon.pid, 'SIGCONT');
  }
});

test('the page believes no stranger on the recorded port, and sends it no token', async (context) => {
  requireProgram(context, 'python3');
  const machine = new Machine();
  const project = machine.project('p');
  await machine.json(project, ['start']);
  const { instance_id, base_url, project_id } = readRuntime(project);
  const entry = path.join(machine.home, 'instances', `${instance_id}.json`);
  const truth = JSON.parse(readFileSync(entry, 'utf8')) as Record<string, unknown> & { token: string };
  const { port, heard } = await stranger({ status: 'healthy', instance_id, proof: '0'.repeat(64) });
  const lie = { ...truth, port, base_url: `http://127.0.0.1:${port}` };
  // In the project it moves nobody; in the home, where only the user can put it, the proof is wrong.
  writeFileSync(path.join(stateDirOf(project), 'runtime.json'), JSON.stringify(lie));
  expect(await discover(machine, project)).toEqual({ stdout: `('${base_url}', '${truth.token}', '${project_id}')`, stderr: '' });
  expect(heard).toEqual([]);
  writeFileSync(entry, JSON.stringify(lie));
  expect(await discover(machine, project)).toEqual({ stdout: 'None', stderr: '' });
  expect(heard).toHaveLength(1);
  expect(heard.join('\n')).not.toContain(truth.token);
});

test('the page survives a record that holds garbage', async (context) => {
  requireProgram(context, 'python3');
  const machine = new Machine();
  const project = machine.project('p');
  mkdirSync(stateDirOf(project), { recursive: true });
  for (const garbage of ['', '{"half', '\u0000\u0001']) {
    writeFileSync(path.join(stateDirOf(project), 'runtime.json'), garbage);
    expect([garbage, (await discover(machine, project)).stdout]).toEqual([garbage, 'None']);
  }
});
