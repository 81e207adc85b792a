import type { InstanceView } from '@agent-brain/contract/commands';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { DaemonRecord, Health, ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import { PROTOCOL_VERSION } from '@agent-brain/contract/version';
import { instanceAddress } from '@agent-brain/runtime/discovery';
import { ApiClient, type ApiClientOptions } from '../api/index.ts';

/**
 * A running server process that has proven its identity: its lock is held, and it knows the token of its record. The
 * token stays inside, so that no log and no dump of this value shows it.
 */
export class ProvenProcess {
  readonly mode: 'project' | 'shared';
  readonly instanceId: string;
  readonly baseUrl: string;
  readonly port: number;
  readonly pid: number;
  /** As the kernel gives it; opaque. With the pid it names the process. */
  readonly processStartedAt: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly version: string;
  readonly protocolVersion: string;
  /** As it was when the process was found. */
  readonly health: Health;
  /** How long the search took. */
  readonly discoveryMs: number;
  readonly #token: string;
  readonly #callUrl: string;

  constructor(record: ProjectRuntimeRecord | DaemonRecord, health: Health, discoveryMs: number) {
    this.mode = record.mode;
    this.instanceId = record.instance_id;
    this.baseUrl = record.base_url;
    this.port = record.port;
    this.pid = record.pid;
    this.processStartedAt = record.process_started_at;
    this.startedAt = record.started_at;
    this.version = record.version;
    this.protocolVersion = record.protocol_version;
    this.health = health;
    this.discoveryMs = discoveryMs;
    this.#token = record.token;
    this.#callUrl = callUrl(record);
  }

  /** It speaks the same major version of the protocol as this library. */
  get isCompatible(): boolean {
    return major(this.protocolVersion) === major(PROTOCOL_VERSION);
  }

  /** @throws INSTANCE_INCOMPATIBLE */
  requireCompatible(): this {
    if (this.isCompatible) return this;
    throw new AgentBrainError(
      'INSTANCE_INCOMPATIBLE',
      `The instance at ${this.baseUrl} speaks protocol ${this.protocolVersion} (version ${this.version}) — this program speaks ${PROTOCOL_VERSION}`,
      {
        ...(this.mode === 'shared' ? { hint: 'Run `agent-brain restart --mode shared`.' } : {}),
        data: { pid: this.pid, version: this.version, protocol_version: this.protocolVersion },
      },
    );
  }

  /** A client with the token of this process. */
  connect(options: Omit<ApiClientOptions, 'discoveryMs'> = {}): ApiClient {
    return new ApiClient({ baseUrl: this.#callUrl, token: this.#token }, { discoveryMs: this.discoveryMs, ...options });
  }

  /** What may be shown of it. */
  view(): InstanceView {
    return {
      url: this.baseUrl,
      pid: this.pid,
      instance_id: this.instanceId,
      mode: this.mode,
      version: this.version,
      protocol_version: this.protocolVersion,
      started_at: this.startedAt,
      uptime_s: this.health.uptime_s,
    };
  }
}

const major = (version: string): string => version.split('.')[0] ?? '';

/** Where requests go: a process that listens on all addresses is asked on the loopback one. */
function callUrl(record: ProjectRuntimeRecord | DaemonRecord): string {
  const address = instanceAddress(record);
  if (address === undefined) return record.base_url;
  return `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
