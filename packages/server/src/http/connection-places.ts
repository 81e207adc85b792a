import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections may stay open, of either kind. */
export interface ConnectionCounts {
  /** Connections that have not shown the token yet: any user of the machine can open them. */
  readonly unauthenticated: number;
  /** Connections that have shown the token. Nobody else can take their places. */
  readonly authenticated: number;
}

interface Holder {
  /** Number of the pass before which it was accepted. */
  readonly since: number;
  /** Requests whose headers are complete and that have no answer yet. */
  requests: number;
}

type Holders = Map<Socket, Holder>;

/**
 * After two passes a connection has been read from: it is accepted in one turn of the event loop, and in the next the kernel is
 * asked for the bytes that it has sent.
 */
const PASSES_UNTIL_READ = 2;

/** At this multiple of both limits together a connection is dropped unread, because descriptors are finite too. */
const CEILING_FACTOR = 4;

/**
 * Decides which connections are closed when there are too many. Every local user can open connections, so one that has not shown
 * the token makes room for a newer one, the oldest first, and idle ones before busy ones. Connections are counted once per turn
 * of the event loop: a burst may be accepted in one turn, and closing its beginning at once would close connections whose
 * requests still wait in the kernel.
 */
export class ConnectionPlaces {
  readonly #limits: ConnectionCounts;
  readonly #onEvicted: (count: number) => void;
  /** Both in the order in which they got in. */
  readonly #unauthenticated: Holders = new Map();
  readonly #authenticated: Holders = new Map();
  #pass = 0;
  #isPassPending = false;

  /** @param onEvicted gets how many connections one pass has closed */
  constructor(server: Server, limits: ConnectionCounts, onEvicted: (count: number) => void) {
    this.#limits = limits;
    this.#onEvicted = onEvicted;
    server.maxConnections = (limits.unauthenticated + limits.authenticated) * CEILING_FACTOR;
    server.on('connection', (socket) => this.#admit(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#observe(request.socket, response));
  }

  /** The connection has shown the token. */
  authenticate(socket: Socket): void {
    const holder = this.#unauthenticated.get(socket);
    if (holder === undefined) return;
    this.#unauthenticated.delete(socket);
    this.#authenticated.set(socket, holder);
    this.#requestPass();
  }

  isAuthenticated(socket: Socket): boolean {
    return this.#authenticated.has(socket);
  }

  #admit(socket: Socket): void {
    this.#unauthenticated.set(socket, { since: this.#pass, requests: 0 });
    socket.once('close', () => this.#unauthenticated.delete(socket) || this.#authenticated.delete(socket));
    this.#requestPass();
  }

  #observe(socket: Socket, response: ServerResponse): void {
    const holder = this.#unauthenticated.get(socket) ?? this.#authenticated.get(socket);
    if (holder === undefined) return;
    holder.requests += 1;
    response.once('close', () => (holder.requests -= 1));
  }

  #requestPass(): void {
    const isFull = this.#unauthenticated.size > this.#limits.unauthenticated || this.#authenticated.size > this.#limits.authenticated;
    if (this.#isPassPending || !isFull) return;
    this.#isPassPending = true;
    setImmediate(() => {
      this.#isPassPending = false;
      this.#makeRoom();
    });
  }

  #makeRoom(): void {
    this.#pass += 1;
    const { unauthenticated, authenticated } = this.#limits;
    const isIdle = ({ requests }: Holder): boolean => requests === 0;
    const isRead = ({ since }: Holder): boolean => this.#pass - since >= PASSES_UNTIL_READ;
    const evicted =
      evict(this.#unauthenticated, unauthenticated, (holder) => isRead(holder) && isIdle(holder)) +
      evict(this.#unauthenticated, unauthenticated, isRead) +
      evict(this.#authenticated, authenticated, isIdle);
    if (evicted > 0) this.#onEvicted(evicted);
    // Those that were not read from yet can be closed after the next turn.
    if (this.#unauthenticated.size > unauthenticated) this.#requestPass();
  }
}

/** Closes the oldest of those that may be closed, until no more than `limit` are left. @returns how many */
function evict(holders: Holders, limit: number, isEvictable: (holder: Holder) => boolean): number {
  let evicted = 0;
  for (const [socket, holder] of holders) {
    if (holders.size <= limit) break;
    if (!isEvictable(holder)) continue;
    holders.delete(socket);
    socket.destroy();
    evicted += 1;
  }
  return evicted;
}
