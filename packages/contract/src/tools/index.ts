export { DEFAULT_MAX_CHARS } from './budget.ts';
export type { JobBrief } from './job-tools.ts';
export type { ToolSpec } from './tool-spec.ts';
export { type ToolInput, type ToolName, toolNames, type ToolOutput, tools } from './tool-table.ts';
