import { buildApp } from './app.ts';
import type { Address } from './guards.ts';
import { defaultLimits, type TransportLimits } from './limits.ts';
import { listen, type Place } from './listen.ts';
import type { Service } from './service.ts';

/** The listening server; all that the rest of the process knows of HTTP. */
export interface HttpDoor {
  /** With the port really bound. */
  readonly address: Address;
  /** Takes no more connections; ends when the last request has its answer. */
  close(): Promise<void>;
  /** Cuts what is still connected. */
  closeConnections(): void;
}

/**
 * @throws PORT_TAKEN, CONFIG_INVALID; then nothing listens
 */
export async function openDoor(service: Service, at: Place, limits: TransportLimits = defaultLimits): Promise<HttpDoor> {
  const app = buildApp(service, limits);
  try {
    const address = await listen(app, at, limits.backlog);
    return { address, close: () => app.close(), closeConnections: () => app.server.closeAllConnections() };
  } catch (error) {
    await app.close();
    throw error;
  }
}
