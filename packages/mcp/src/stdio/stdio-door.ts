import { type Readable, Writable } from 'node:stream';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { ProjectConnection, type ProjectConnectionOptions } from '../connection/index.ts';
import { buildServer } from '../mcp-server/index.ts';
import { MessageLines } from './message-lines.ts';

export interface StdioDoorOptions extends ProjectConnectionOptions {
  readonly stdin: Readable;
  /** Writes to the client, and nobody else does. */
  readonly write: (text: string | Uint8Array, done: (error?: Error | null) => void) => void;
  readonly onError: (error: Error) => void;
  /** Ends the connection. */
  readonly signal: AbortSignal;
}

/** The list of tools, which every client asks for first, has the processor for itself. */
const WARM_UP_DELAY_MS = 100;

/** Serves one client over standard input and output, until it closes its end or the signal comes. */
export async function serveStdioDoor({ stdin, write, onError, signal, ...project }: StdioDoorOptions): Promise<void> {
  const connection = new ProjectConnection(project);
  const stdout = new Writable({ decodeStrings: false, write: (chunk: string | Uint8Array, _encoding, done) => write(chunk, done) });
  const lines = stdin.pipe(new MessageLines((message) => stdout.write(message)));
  const transport = new StdioServerTransport(lines, stdout);
  const { promise: closed, resolve: end } = Promise.withResolvers<void>();
  const handle = serveStdio(() => buildServer(connection), { transport, onerror: onError });
  for (const event of ['end', 'close']) lines.once(event, end);
  stdout.once('error', end);
  signal.addEventListener('abort', () => end(), { once: true });
  const warmUp = setTimeout(() => void connection.warmUp(), WARM_UP_DELAY_MS);
  await closed;
  clearTimeout(warmUp);
  stdin.unpipe(lines);
  await handle.close();
}
