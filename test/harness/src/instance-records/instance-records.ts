/** A server process that a test plays: what its records and its answers say of it. */
export interface PlayedProcess {
  readonly instanceId: string;
  readonly token: string;
  readonly port: number;
  readonly pid: number;
  /** As the kernel gives it. */
  readonly startedAt: string;
}

/** Somebody who is not there. */
export const nobody: PlayedProcess = {
  instanceId: 'ab_0123456789ab',
  token: `abt_${'t'.repeat(43)}`,
  port: 4711,
  pid: 4242,
  startedAt: 'x',
};

const VERSIONS = { version: '0.1.0', protocol_version: '1.0' } as const;

/** What records of both modes have (docs/design/instances.md#runtime-record). */
const reachabilityOf = ({ instanceId, token, port, pid, startedAt }: PlayedProcess) => ({
  instance_id: instanceId,
  base_url: `http://127.0.0.1:${port}`,
  bind_host: '127.0.0.1',
  port,
  pid,
  process_started_at: startedAt,
  started_at: '2026-01-01T00:00:00.000Z',
  ...VERSIONS,
  token,
});

/** The record of an instance of one project. */
export const projectRecordOf = (played: PlayedProcess) => ({
  schema_version: 1 as const,
  mode: 'project' as const,
  project_root: '/p',
  project_id: 'p_00000000',
  ...reachabilityOf(played),
});

/** The record of the user daemon of a home, and its entry. */
export const daemonRecordOf = (home: string, played: PlayedProcess) => ({
  schema_version: 1 as const,
  mode: 'shared' as const,
  home,
  ...reachabilityOf(played),
});

/** What lies in the state dir of a project that the daemon of a home serves. The address is for people, and leads nowhere. */
export const pointerTo = (home: string, { root = '/p', instanceId = nobody.instanceId } = {}) => ({
  schema_version: 1 as const,
  mode: 'shared' as const,
  project_root: root,
  project_id: 'p_00000000',
  home,
  base_url: 'http://127.0.0.1:1',
  instance_id: instanceId,
});

/** The answer of `GET /health`. */
export const healthOf = (mode: 'project' | 'shared', instanceId: string, proof: string) => ({
  status: 'healthy' as const,
  message: 'ready',
  mode,
  instance_id: instanceId,
  ...VERSIONS,
  uptime_s: 1,
  proof,
});
