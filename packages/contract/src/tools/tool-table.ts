import type { z } from 'zod';
import { cancelJobTool, indexFolderTool, jobStatusTool, listJobsTool } from './job-tools.ts';
import { getChunkTool, searchTool } from './search-tools.ts';
import { listProjectsTool, statusTool } from './status-tools.ts';
import { findCallersTool, findReferencesTool, findSymbolTool } from './symbol-tools.ts';
import type { ToolSpec } from './tool-spec.ts';

/** Every MCP tool, once. The order is that of `tools/list` (docs/design/http-api.md#mcp). */
export const tools = {
  search: searchTool,
  get_chunk: getChunkTool,
  find_symbol: findSymbolTool,
  find_callers: findCallersTool,
  find_references: findReferencesTool,
  index_folder: indexFolderTool,
  job_status: jobStatusTool,
  cancel_job: cancelJobTool,
  list_jobs: listJobsTool,
  status: statusTool,
  list_projects: listProjectsTool,
} as const satisfies Record<string, ToolSpec>;

export type Tools = typeof tools;
export type ToolName = keyof Tools;
export const toolNames = Object.keys(tools) as readonly ToolName[];

/** What a handler of a tool receives, validated. */
export type ToolInput<Name extends ToolName> = z.output<Tools[Name]['input']>;
/** `structuredContent` of its answer. */
export type ToolOutput<Name extends ToolName> = z.output<Tools[Name]['output']>;
