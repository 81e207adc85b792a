import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { acquireLock } from '@agent-brain/runtime/locks';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AskedDaemon, ServedHome } from '../fixtures/index.ts';

const often = { AGENT_BRAIN_TICK_MS: '50' };
/** Also while somebody writes there. */
const thoroughly = { recursive: true, force: true, maxRetries: 10 };

function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** Takes a port until the test ends, if nobody has it; whoever connects is hung up on. */
async function take(port: number): Promise<number | undefined> {
  const server = net.createServer((socket) => void socket.destroy()).listen(port, '127.0.0.1');
  // `once` rejects when the server fails instead.
  if (
    !(await once(server, 'listening').then(
      () => true,
      () => false,
    ))
  )
    return undefined;
  onTestFinished(() => void server.close());
  return (server.address() as net.AddressInfo).port;
}

/** The first of two neighbouring ports that are taken; on one machine with others that may need some tries. */
async function twoTakenPorts(): Promise<number> {
  for (;;) {
    const port = await take(0);
    if (port !== undefined && port < 65_000 && (await take(port + 1)) !== undefined) return port;
  }
}

describe('the daemon of a home', () => {
  test('publishes record and entry for its owner alone, proves itself, and leaves nothing but lock and log', async () => {
    const home = new ServedHome();
    const daemon = await home.start();
    const record = daemon.record();
    expect(record).toMatchObject({
      mode: 'shared',
      home: home.home,
      pid: daemon.pid,
      base_url: `http://127.0.0.1:${record.port}`,
    });
    expect(home.entries()).toEqual([`${record.instance_id}.json`]);
    expect(fs.readFileSync(home.file(`daemons/${record.instance_id}.json`))).toEqual(fs.readFileSync(home.file('runtime.json')));
    for (const name of ['runtime.json', 'daemon.holder.json', 'logs/daemon.log', `daemons/${record.instance_id}.json`]) {
      expect([name, fs.statSync(home.file(name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(await daemon.ask('health', '/health')).toMatchObject({ status: 'healthy', mode: 'shared', active_projects: 0 });

    const second = await home.spawn().ended();
    expect([second.code, second.problem]).toMatchObject([3, { code: 'INSTANCE_ALREADY_RUNNING', data: { pid: daemon.pid } }]);
    expect(await daemon.proves()).toBe(true);

    expect(await daemon.stop()).toMatchObject({ code: 0, signal: null });
    expect(home.artifacts()).toEqual([]);
    expect(fs.statSync(home.file('daemon.lock')).size).toBe(0);
    expect(fs.readdirSync(home.home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(home.log()).not.toContain(record.token);
  });

  test('takes the first free port of its range, and names the holder when none is free', async () => {
    const home = new ServedHome();
    const port = await twoTakenPorts();
    home.configure('shared_config.json', { port, port_range: 2 });
    const { code, problem } = await home.spawn().ended();
    expect([code, problem]).toMatchObject([
      6,
      { code: 'PORT_TAKEN', detail: expect.stringContaining(`The ports ${port} to ${port + 1} of 127.0.0.1 are all taken`) },
    ]);
    if (process.platform === 'linux') expect(problem).toMatchObject({ data: { port, last_port: port + 1, pid: process.pid } });
    expect(home.artifacts()).toEqual([]);
    home.configure('shared_config.json', { port, port_range: 50 });
    const taken = (await home.start()).record().port;
    expect([taken > port + 1, taken < port + 50]).toEqual([true, true]);
  });

  test('stops for a client that means it and has nothing to lose by it', async () => {
    const home = new ServedHome();
    const daemon = await home.start();
    const ask = (body: object) => daemon.request('/admin/shutdown', { method: 'POST', body: JSON.stringify(body) });
    expect((await ask({ instance_id: 'ab_000000000000' })).status).toBe(409);
    expect((await ask({ instance_id: daemon.record().instance_id, if_idle: true })).status).toBe(202);
    expect(await daemon.ended()).toMatchObject({ code: 0 });
    expect(home.artifacts()).toEqual([]);
  });

  test('makes no room while a job runs, and puts the job back when it is told to stop', async () => {
    const home = new ServedHome();
    const files = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`f${n}.ts`, `export const name${n} = ${n};\n`.repeat(40)]));
    const root = home.project('many', files);
    const first = new AskedDaemon(await home.start());
    const id = await first.add(root);
    const jobId = await first.begin(id);
    const { instance_id } = first.server.record();
    const body = JSON.stringify({ instance_id, if_idle: true });
    expect(await first.refusal('/admin/shutdown', { method: 'POST', body })).toMatchObject({ status: 409, code: 'INSTANCE_BUSY' });
    expect(await first.server.stop()).toMatchObject({ code: 0 });
    expect(home.artifacts()).toEqual([]);

    const second = new AskedDaemon(await home.start());
    expect(await second.ended(id, jobId)).toMatchObject({ status: 'completed', attempts: 0, total_documents: 600 });
  });

  test('that dies of an error nobody caught says so and removes record and entry', async () => {
    const home = new ServedHome();
    const daemon = await home.start();
    daemon.signal('SIGUSR2');
    expect(await daemon.ended()).toMatchObject({ code: 1, signal: null });
    expect(home.artifacts()).toEqual([]);
    expect(home.log()).toMatch(/"level":"fatal".*nobody catches this/);
  });
});

test('a daemon that has lost its lock is ended by the next one, which then has all for itself', async () => {
  const home = new ServedHome();
  const lost = await home.start();
  fs.rmSync(home.file('daemon.lock'));
  const next = await home.start();
  expect(await lost.ended()).toMatchObject({ code: 0 });
  expect(home.entries()).toEqual([`${next.record().instance_id}.json`]);
  expect(await next.proves()).toBe(true);
  const told = home
    .log()
    .split('\n')
    .find((line) => line.includes('a lost daemon of this home was ended'));
  expect(JSON.parse(told ?? '{}')).toMatchObject({ pid: lost.pid, class: 'safe_auto', by: 'request' });
});

describe('a start is refused', () => {
  test.each([
    [{ bind_host: '0.0.0.0' }, 3, 'BIND_HOST_UNPROTECTED'],
    [{ prot: 1 }, 2, 'CONFIG_KEY_UNKNOWN'],
  ])('with the configuration %j', async (config, code, error) => {
    const home = new ServedHome();
    home.configure('shared_config.json', config);
    expect(await home.spawn().ended()).toMatchObject({ code, problem: { code: error } });
    expect(home.artifacts()).toEqual([]);
  });

  test('under another name of the home', async (context) => {
    requirePlatform(context, 'linux', 'darwin');
    const home = new ServedHome();
    fs.renameSync(home.home, `${home.home}-real`);
    fs.symlinkSync(`${home.home}-real`, home.home);
    expect((await home.spawn().ended()).problem?.code).toMatch(/^(?:STATE_DIR_UNSAFE|ARGUMENT_INVALID)$/);
    expect(fs.readdirSync(`${home.home}-real`)).toEqual([]);
  });
});

/** Upstream's names; what follows from each is the contract's (instances, "User daemon", tick). */
describe('self-retirement', () => {
  test('retires_on_mismatch: another holds the lock file that stands in its place, and what belongs to that one stays', async () => {
    const home = new ServedHome();
    const daemon = await home.start([], often);
    const own = daemon.record();
    const other = { ...own, instance_id: 'ab_000000000000', port: own.port === 65_535 ? own.port - 1 : own.port + 1 };
    fs.rmSync(home.file('daemon.lock'));
    const lock = await acquireLock(home.file('daemon.lock'), { purpose: 'be the other daemon' });
    onTestFinished(() => lock.release());
    fs.writeFileSync(home.file('runtime.json'), JSON.stringify(other));
    expect(await daemon.ended()).toMatchObject({ code: 0 });
    expect(JSON.parse(fs.readFileSync(home.file('runtime.json'), 'utf8'))).toEqual(other);
    expect(home.entries()).toEqual([]);
    expect(home.log()).toContain('this instance retires');
  });

  test('continues_on_match: it changes nothing while record and lock are its own', async () => {
    const home = new ServedHome();
    const daemon = await home.start([], often);
    const { ino } = fs.statSync(home.file('runtime.json'));
    fs.rmSync(home.file('daemons'), thoroughly);
    await waitUntil('it has looked at itself, for its entry is back', () => home.entries().length === 1);
    expect([fs.statSync(home.file('runtime.json')).ino, await daemon.proves()]).toEqual([ino, true]);
    expect(home.log()).not.toContain('retires');
  });

  test.each([
    ['continues_on_missing', 'is missing', (file: string) => fs.rmSync(file)],
    ['continues_on_malformed', 'is half a file', (file: string) => fs.truncateSync(file, 40)],
    [
      'continues_on_malformed',
      'names a daemon that holds no lock',
      (file: string) => fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(/ab_[0-9a-f]{12}/g, 'ab_000000000000')),
    ],
  ])('%s: it publishes its record again when it %s', async (_name, _what, damage) => {
    const home = new ServedHome();
    const daemon = await home.start([], often);
    const before = fs.readFileSync(home.file('runtime.json'), 'utf8');
    damage(home.file('runtime.json'));
    await waitUntil(
      'the record is back',
      () => fs.existsSync(home.file('runtime.json')) && fs.readFileSync(home.file('runtime.json'), 'utf8') === before,
    );
    expect(await daemon.proves()).toBe(true);
  });

  test('goes on while its entry cannot be written, is found all the same, and writes it as soon as it can', async () => {
    const home = new ServedHome();
    const daemon = await home.start([], often);
    const record = fs.readFileSync(home.file('runtime.json'), 'utf8');
    // It may look at itself, and make the directory again, at any moment.
    await waitUntil('a file stands in its place', () => {
      fs.rmSync(home.file('daemons'), thoroughly);
      return succeeds(() => fs.writeFileSync(home.file('daemons'), 'in the way'));
    });
    await waitUntil('a look has failed', () => home.log().includes('the look at itself failed'));
    fs.rmSync(home.file('runtime.json'));
    await waitUntil('the record is back', () => fs.existsSync(home.file('runtime.json')));
    fs.rmSync(home.file('daemons'));
    await waitUntil('the entry is back', () => home.entries().length === 1);
    expect([fs.readFileSync(home.file('runtime.json'), 'utf8'), await daemon.proves()]).toEqual([record, true]);
  });

  test('retires when its home is gone, and does not make it again', async () => {
    const home = new ServedHome();
    const daemon = await home.start([], often);
    fs.rmSync(home.home, thoroughly);
    expect((await daemon.ended()).signal).toBeNull();
    expect(fs.existsSync(home.home)).toBe(false);
  });

  test('stops by itself when nobody has used it for the configured time', async () => {
    const home = new ServedHome();
    home.configure('config.json', { idle_stop_minutes: 0.005 });
    // On a busy machine it may have stopped before anybody saw that it ran.
    expect(await home.spawn([], often).ended()).toMatchObject({ code: 0 });
    expect(home.log()).toContain('unused for 0.005 minutes');
    expect(home.artifacts()).toEqual([]);
  });
});
