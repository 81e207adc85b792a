import type { ServerMetrics } from '../metrics/index.ts';
import type { ServedProjects } from '../projects/index.ts';
import type { Address } from './guards.ts';

export interface HttpLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the HTTP door needs of the instance behind it. */
export interface Service {
  readonly instanceId: string;
  /** Bearer token, 256 bits. */
  readonly token: string;
  readonly projects: ServedProjects;
  readonly metrics: ServerMetrics;
  readonly log: HttpLog;
  /** Further values of `Host`, from the user's configuration. */
  readonly allowedHosts: readonly string[];
  /** Where the server listens; undefined until it does. */
  address(): Address | undefined;
  /** Shows knowledge of the token without giving it away (`healthProof`); undefined until the server listens. */
  proof(nonce: string): string | undefined;
  /** Since the instance is ready. */
  uptimeS(): number;
  isStopping(): boolean;
  /** An authenticated request arrived: the instance is in use. */
  touch(): void;
  /** Begins the stop and returns at once. */
  requestStop(reason: string): void;
}
