import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ServedProject } from '../fixtures/index.ts';

/** The lists of the lifecycle, whose own test pins these names; `exit` is what comes after the last step. */
const START_STEPS = ['lock', 'clean-residue', 'config', 'open-store', 'recover-queue', 'listen', 'publish-record', 'ready'];
const STOP_STEPS = ['stop-accepting', 'put-back-jobs', 'close-store', 'remove-record', 'unlock', 'exit'];
/** The next start after any kill is ready in this time (docs/design/instances.md#one-list-of-steps). */
const RECOVERY_MS = 5_000;

describe('an instance', () => {
  test('publishes its record for its owner alone, proves itself, and leaves nothing but lock files', async () => {
    const project = new ServedProject();
    const server = await project.start();
    const record = server.record();
    expect(record).toMatchObject({
      mode: 'project',
      project_root: project.root,
      pid: server.pid,
      bind_host: '127.0.0.1',
      base_url: `http://127.0.0.1:${record.port}`,
    });
    for (const name of ['runtime.json', 'agent-brain.pid', 'agent-brain.holder.json', 'logs/server.log']) {
      expect([name, fs.statSync(project.file(name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(fs.readFileSync(project.file('agent-brain.pid'), 'utf8').trim()).toBe(String(server.pid));
    expect(await (await server.request('/health/status')).json()).toMatchObject({
      project_root: project.root,
      state_dir: project.stateDir,
      mode: 'project',
    });

    expect(await server.stop()).toMatchObject({ code: 0, signal: null });
    expect(project.artifacts()).toEqual([]);
    expect(fs.readdirSync(project.stateDir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(fs.statSync(project.file('agent-brain.lock')).size).toBe(0);
  });

  test('keeps its token out of its arguments and its log', async (context) => {
    requirePlatform(context, 'linux');
    const project = new ServedProject();
    const server = await project.start(['--log-level', 'debug']);
    const { token } = server.record();
    await server.request(`/query?token=${token}`, { method: 'POST', body: JSON.stringify({ query: token }) });
    expect(fs.readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(token);
    await server.stop();
    const log = project.log();
    expect(log).toContain('"path":"/query"');
    expect(log).not.toContain(token);
  });

  test('stops when a client that means it asks for it', async () => {
    const project = new ServedProject();
    const server = await project.start();
    const wrong = await server.request('/admin/shutdown', { method: 'POST', body: JSON.stringify({ instance_id: 'ab_000000000000' }) });
    expect(wrong.status).toBe(409);
    const right = await server.request('/admin/shutdown', {
      method: 'POST',
      body: JSON.stringify({ instance_id: server.record().instance_id }),
    });
    expect(right.status).toBe(202);
    expect(await server.ended()).toMatchObject({ code: 0 });
    expect(project.artifacts()).toEqual([]);
  });

  test('waits for a running request when it stops, and not after a second signal', async () => {
    const project = new ServedProject();
    const server = await project.start();
    const { port, token } = server.record();
    const slow = net.connect(port, '127.0.0.1').on('error', () => {});
    onTestFinished(() => void slow.destroy());
    slow.write(
      `POST /query HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`,
    );
    await once(slow, 'connect');
    await server.request('/health/status');
    server.signal('SIGTERM');
    await waitUntil('it says that it stops', () => project.log().includes('"msg":"stopping"'));
    expect(project.artifacts()).toContain('runtime.json');
    server.signal('SIGTERM');
    expect(await server.ended()).toMatchObject({ code: 143 });
  });

  test('that dies of an error nobody caught says so and removes its record', async () => {
    const project = new ServedProject();
    const server = await project.start();
    server.signal('SIGUSR2');
    expect(await server.ended()).toMatchObject({ code: 1, signal: null });
    expect(project.artifacts()).toEqual([]);
    expect(project.log()).toMatch(/"level":"fatal".*nobody catches this/);
  });
});

describe('a start is refused', () => {
  test('while another instance serves the project, which goes on undisturbed', async () => {
    const project = new ServedProject();
    const first = await project.start();
    const { code, problem } = await project.spawn().ended();
    expect([code, problem]).toMatchObject([
      3,
      { code: 'INSTANCE_ALREADY_RUNNING', data: { pid: first.pid }, detail: expect.stringContaining(String(first.pid)) },
    ]);
    expect(await first.proves()).toBe(true);
  });

  test('when the configured port is taken, and takes back what it had done', async () => {
    const project = new ServedProject();
    const holder = net.createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as net.AddressInfo;
    const { code, problem } = await project.spawn(['--port', String(port)]).ended();
    expect([code, problem]).toMatchObject([6, { code: 'PORT_TAKEN', detail: expect.stringContaining(String(port)) }]);
    if (process.platform === 'linux') expect(problem).toMatchObject({ data: { pid: process.pid } });
    expect(project.artifacts()).toEqual([]);
    await project.start();
  });

  test.each([
    [{ bind_host: '0.0.0.0' }, 3, 'BIND_HOST_UNPROTECTED'],
    [{ chunk_sise: 1000 }, 2, 'CONFIG_KEY_UNKNOWN'],
    [{ mode: 'shared' }, 2, 'MODE_UNAVAILABLE'],
  ])('with the configuration %j', async (config, code, error) => {
    const project = new ServedProject();
    project.configure(config);
    expect(await project.spawn().ended()).toMatchObject({ code, problem: { code: error } });
    expect(project.artifacts()).toEqual([]);
  });

  test('with wrong arguments', async () => {
    expect(await new ServedProject().spawn(['--prot', '1']).ended()).toMatchObject({ code: 2, problem: { code: 'ARGUMENT_INVALID' } });
  });

  test('in a state directory that is a link', async () => {
    const project = new ServedProject();
    fs.mkdirSync(path.join(project.directory, 'elsewhere'));
    fs.mkdirSync(path.dirname(project.stateDir));
    fs.symlinkSync(path.join(project.directory, 'elsewhere'), project.stateDir);
    expect(await project.spawn().ended()).toMatchObject({ code: 3, problem: { code: 'STATE_DIR_UNSAFE' } });
    expect(fs.readdirSync(path.join(project.directory, 'elsewhere'))).toEqual([]);
  });
});

describe('after kill -9', () => {
  test.each(START_STEPS)('before the start step %s the next start is ready', async (step) => {
    const project = new ServedProject();
    const killed = await project.spawn([], { AGENT_BRAIN_FAULT: `kill-before:${step}` }).ended();
    expect(killed.signal).toBe('SIGKILL');
    await expectRecovery(project);
  });

  test.each(STOP_STEPS)('before the stop step %s the next start is ready', async (step) => {
    const project = new ServedProject();
    const server = await project.start([], { AGENT_BRAIN_FAULT: `kill-before:${step}` });
    expect((await server.stop()).signal).toBe('SIGKILL');
    await expectRecovery(project);
  });

  async function expectRecovery(project: ServedProject): Promise<void> {
    const since = performance.now();
    const next = await project.start();
    expect(performance.now() - since).toBeLessThan(withinMs(RECOVERY_MS));
    expect(await next.stop()).toMatchObject({ code: 0 });
    expect(project.artifacts()).toEqual([]);
  }
});

describe('an instance that looks at itself', () => {
  const often = { AGENT_BRAIN_TICK_MS: '50' };

  test.each([
    ['is missing', (file: string) => fs.rmSync(file)],
    ['is half a file', (file: string) => fs.truncateSync(file, 40)],
    ['is garbage', (file: string) => fs.writeFileSync(file, '\0\xff not json')],
    [
      'names an instance that does not exist',
      (file: string) => fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(/ab_[0-9a-f]{12}/g, 'ab_000000000000')),
    ],
    ['has another port', (file: string) => fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/"port": \d+/, '"port": 1'))],
  ])('publishes its record again when it %s', async (_what, damage) => {
    const project = new ServedProject();
    const server = await project.start([], often);
    const before = fs.readFileSync(project.file('runtime.json'), 'utf8');
    damage(project.file('runtime.json'));
    await waitUntil(
      'the record is back',
      () => fs.existsSync(project.file('runtime.json')) && fs.readFileSync(project.file('runtime.json'), 'utf8') === before,
    );
    expect(await server.proves()).toBe(true);
  });

  test('retires when its lock file was replaced, and leaves what belongs to the other', async () => {
    const project = new ServedProject();
    const first = await project.start([], { AGENT_BRAIN_TICK_MS: '600' });
    fs.rmSync(project.file('agent-brain.lock'));
    const second = await project.start();
    expect(await first.ended()).toMatchObject({ code: 0 });
    expect(await second.proves()).toBe(true);
    expect(fs.readFileSync(project.file('agent-brain.pid'), 'utf8').trim()).toBe(String(second.pid));
  });

  test('retires when its state directory is gone, and does not make it again', async () => {
    const project = new ServedProject();
    const server = await project.start([], often);
    fs.rmSync(path.dirname(project.stateDir), { recursive: true, force: true, maxRetries: 10 });
    expect((await server.ended()).signal).toBeNull();
    expect(fs.existsSync(project.stateDir)).toBe(false);
  });

  test('retires when its project is gone, though its state lies elsewhere', async () => {
    const project = new ServedProject({ stateDir: 'state' });
    const server = await project.start([], often);
    fs.rmSync(project.root, { recursive: true, maxRetries: 10 });
    expect(await server.ended()).toMatchObject({ code: 0 });
    expect([fs.existsSync(project.root), project.artifacts()]).toEqual([false, []]);
  });

  test('stops by itself when nobody has used it for the configured time', async () => {
    const project = new ServedProject();
    project.configure({ idle_stop_minutes: 0.005 });
    // On a busy machine it may have stopped before anybody saw that it ran.
    expect(await project.spawn([], often).ended()).toMatchObject({ code: 0 });
    expect(project.log()).toContain('unused for 0.005 minutes');
    expect(project.artifacts()).toEqual([]);
  });
});
