import { Transform, type TransformCallback } from 'node:stream';

/** As much as the HTTP door takes. */
const MAX_LINE_BYTES = 1_048_576;
const LINE_FEED = 0x0a;

// JSON-RPC 2.0, "Error object".
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;

/**
 * Lets lines through that are JSON-RPC messages, and answers the others, which the protocol library drops without a
 * word: a client that waits for an answer gets one, and a line without an end cannot fill the memory.
 */
export class MessageLines extends Transform {
  readonly #answer: (message: string) => void;
  #parts: Buffer[] = [];
  #sizeBytes = 0;

  /** @param answer writes one message to the client, line feed included */
  constructor(answer: (message: string) => void) {
    super();
    this.#answer = answer;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#gather(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#gather(chunk.subarray(start));
    done();
  }

  #gather(part: Buffer): void {
    this.#sizeBytes += part.length;
    if (this.#sizeBytes > MAX_LINE_BYTES) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #endLine(): void {
    const sizeBytes = this.#sizeBytes;
    const line = Buffer.concat(this.#parts).toString('utf8').trim();
    this.#parts = [];
    this.#sizeBytes = 0;
    if (sizeBytes > MAX_LINE_BYTES) {
      this.#refuse(null, INVALID_REQUEST, `The message has ${sizeBytes} bytes; at most ${MAX_LINE_BYTES} are read`);
    } else if (line !== '') this.#take(line);
  }

  #take(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch (error) {
      this.#refuse(null, PARSE_ERROR, `The line is not JSON: ${(error as Error).message}`);
      return;
    }
    if (isMessage(message)) this.push(`${line}\n`);
    else this.#refuse(idOf(message), INVALID_REQUEST, 'The line is no JSON-RPC 2.0 message');
  }

  #refuse(id: string | number | null, code: number, message: string): void {
    this.#answer(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })}\n`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A request or notification, or the answer to a request of ours. Batches left the protocol with 2025-06-18. */
function isMessage(value: unknown): boolean {
  if (!isObject(value) || value['jsonrpc'] !== '2.0') return false;
  if ('method' in value) {
    const hasParams = value['params'] === undefined || isObject(value['params']);
    return typeof value['method'] === 'string' && hasParams && (!('id' in value) || isId(value['id']));
  }
  return isId(value['id']) && ('result' in value || 'error' in value);
}

const isId = (id: unknown): id is string | number => typeof id === 'string' || Number.isSafeInteger(id);

/** Of what is meant as a request; the id of an answer is one of ours, and says nothing to the client. */
const idOf = (value: unknown): string | number | null => (isObject(value) && 'method' in value && isId(value['id']) ? value['id'] : null);
