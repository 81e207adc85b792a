import type { ConnectionCounts } from './connection-places.ts';

/** Bounds of the transport (docs/design/http-api.md#transport). Tests shorten the times. */
export interface TransportLimits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** From the connection to the last header. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** How often the two times above are looked at. */
  readonly timeoutCheckMs: number;
  /** An idle connection is closed after this time. */
  readonly keepAliveMs: number;
  /** Above these, older connections make room for newer ones ({@link ConnectionPlaces}). */
  readonly connections: ConnectionCounts;
  /** Length of the queue in which the kernel keeps connections until they are accepted; it caps this by its own limit. */
  readonly backlog: number;
  /** More event streams than these are refused, so that others find a connection. */
  readonly eventStreams: number;
  /** Between two signs of life of an event stream. */
  readonly heartbeatMs: number;
}

export const defaultLimits: TransportLimits = {
  bodyBytes: 1_048_576,
  headerBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  timeoutCheckMs: 5_000,
  keepAliveMs: 5_000,
  connections: { unauthenticated: 192, authenticated: 256 },
  backlog: 1_024,
  eventStreams: 64,
  heartbeatMs: 15_000,
};
