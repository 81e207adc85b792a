export { handlers } from './handlers.ts';
export type { Progress, ToolAnswer, ToolCall, ToolHandler } from './tool-call.ts';
