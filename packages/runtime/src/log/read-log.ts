import fs, { type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRegular } from '../files/index.ts';
import { defaultLimits, rotatedName } from './rotating-file.ts';

/** One line of a log, as it stands there. */
export interface LogLine {
  text: string;
  /** The line as an object; `undefined` for what is no JSON object: output of a crash, a torn line. */
  record?: Record<string, unknown>;
}

export interface ReadLogOptions {
  /** Only lines from this time on. A line without a time counts as part of the one before it. */
  since?: Date;
}

/**
 * The lines of a log and of what was rotated out of it, oldest first; none when there is no log. A last line that is
 * still being written is left out.
 *
 * @throws AgentBrainError FILE_UNREADABLE
 */
export async function* readLogLines(file: string, options: ReadLogOptions = {}): AsyncGenerator<LogLine> {
  const isWanted = sinceFilter(options.since);
  for (let index = defaultLimits.files - 1; index >= 0; index--) {
    const reader = await openReader(rotatedName(file, index));
    if (reader === undefined) continue;
    try {
      for await (const line of reader.lines()) if (isWanted(line)) yield line;
    } finally {
      await reader.handle.close();
    }
  }
}

const FOLLOW_POLL_MS = 200;

/**
 * Lines as they are written, from the end of the log (with `since`: from that time in the current file) until `signal`
 * aborts, those included that stood there then; goes on through rotation, and waits for a log that is not there yet.
 *
 * @throws AgentBrainError FILE_UNREADABLE
 */
export async function* followLog(file: string, options: ReadLogOptions & { signal: AbortSignal }): AsyncGenerator<LogLine> {
  const { signal, since } = options;
  const isWanted = sinceFilter(since);
  let reader = await openReader(file);
  if (reader !== undefined && since === undefined) reader.position = (await reader.handle.stat()).size;
  try {
    for (let isLast = false; !isLast; ) {
      isLast = signal.aborted;
      // Asked before reading: what the writer still wrote into the old file is read before it is left.
      const wasReplaced = reader === undefined || (await isReplaced(file, reader.handle));
      for await (const line of reader?.lines() ?? []) if (isWanted(line)) yield line;
      const next: LogReader | undefined = wasReplaced ? await openReader(file) : undefined;
      if (next !== undefined) {
        await reader?.handle.close();
        reader = next;
        isLast = false;
      } else if (!isLast) {
        await sleep(FOLLOW_POLL_MS, undefined, { signal }).catch(() => {});
      }
    }
  } finally {
    await reader?.handle.close();
  }
}

interface LogReader {
  readonly handle: FileHandle;
  /** Bytes that have been read. */
  position: number;
  /** Complete lines from the position to the end of the file. */
  lines(): AsyncGenerator<LogLine>;
}

/** Longer lines are left out. */
const MAX_LINE_BYTES = 1024 * 1024;

async function openReader(file: string): Promise<LogReader | undefined> {
  const handle = await openRegular(file);
  if (handle === undefined) return undefined;
  const buffer = Buffer.allocUnsafe(64 * 1024);
  let rest = Buffer.alloc(0);
  const reader: LogReader = {
    handle,
    position: 0,
    async *lines() {
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, reader.position);
        if (bytesRead === 0) return;
        reader.position += bytesRead;
        let chunk = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10)) {
          if (end > 0) yield parseLine(chunk.toString('utf8', 0, end));
          chunk = chunk.subarray(end + 1);
        }
        // No line of ours is so long; what goes on without an end must not fill the memory.
        rest = chunk.length > MAX_LINE_BYTES ? Buffer.alloc(0) : chunk;
      }
    },
  };
  return reader;
}

async function isReplaced(file: string, handle: FileHandle): Promise<boolean> {
  const [named, opened] = await Promise.all([fs.stat(file, { bigint: true }).catch(() => undefined), handle.stat({ bigint: true })]);
  return named !== undefined && (named.ino !== opened.ino || named.dev !== opened.dev);
}

function parseLine(text: string): LogLine {
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) return { text, record: record as Record<string, unknown> };
  } catch {
    // shown as it stands
  }
  return { text };
}

function sinceFilter(since: Date | undefined): (line: LogLine) => boolean {
  if (since === undefined) return () => true;
  let reached = false;
  return ({ record }) => {
    const time = typeof record?.['time'] === 'string' ? Date.parse(record['time']) : Number.NaN;
    if (!Number.isNaN(time)) reached = time >= since.getTime();
    return reached;
  };
}
