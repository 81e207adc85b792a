import { printableLine } from '@agent-brain/runtime/printable';
import { cutText, fenced, fitSearch, renderSearch } from '../answers/index.ts';
import { makeReady } from './first-run.ts';
import type { ToolHandler } from './tool-call.ts';

export const search: ToolHandler<'search'> = async ({ max_chars, ...request }, call) => {
  const { connection, signal } = call;
  const { running, warnings } = await makeReady(call);
  const response = await connection.call('query', { body: { ...request, ...connection.scope } }, { signal });
  const frame = {
    confidence: response.confidence,
    mode: response.mode,
    index_generation: response.index_generation,
    ...(running === undefined
      ? {}
      : { indexing: { job_id: running.id, files_done: running.progress.files_done, files_total: running.progress.files_total } }),
    ...(response.pending_files > 0 ? { pending_files: response.pending_files } : {}),
    warnings: [...warnings, ...response.warnings],
  };
  const structured = fitSearch(response, frame, max_chars);
  return { structured, text: renderSearch(structured) };
};

/** Keys and quotes of the answer beside its text. */
const FRAME_CHARS = 700;

export const getChunk: ToolHandler<'get_chunk'> = async ({ chunk_id, max_chars }, { connection, signal }) => {
  const chunk = await connection.call('chunk', { params: { id: chunk_id }, query: connection.scope }, { signal });
  const { text, lines, isCut } = cutText(chunk.text, max_chars - FRAME_CHARS);
  const end_line = isCut ? Math.min(chunk.end_line, chunk.start_line + Math.max(1, lines) - 1) : chunk.end_line;
  const name = chunk.symbol === undefined ? '' : ` ${printableLine(chunk.symbol)}`;
  const neighbours = [
    chunk.previous_chunk_id === null ? 'this is the beginning of the file' : `before: ${chunk.previous_chunk_id}`,
    chunk.next_chunk_id === null ? 'this is its end' : `after: ${chunk.next_chunk_id}`,
  ];
  return {
    structured: { ...chunk, text, end_line, ...(isCut ? { is_cut: true as const } : {}) },
    text: `${printableLine(chunk.path)}:${chunk.start_line}-${end_line}${name} [${chunk.chunk_id}]\n${fenced(text)}${isCut ? '\n…' : ''}\n(${neighbours.join(', ')})`,
  };
};
