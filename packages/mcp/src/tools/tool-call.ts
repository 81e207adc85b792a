import type { ToolInput, ToolName, ToolOutput } from '@agent-brain/contract/tools';
import type { Connection } from '../connection/index.ts';

/** How far a call is that takes its time. */
export interface Progress {
  /** Never less than before. */
  readonly done: number;
  readonly total: number | undefined;
  readonly message: string;
}

/** One call of a tool, and the world it acts in. */
export interface ToolCall {
  readonly connection: Connection;
  /** Aborted when the client cancels the request or hangs up. */
  readonly signal: AbortSignal;
  /** Tells the client, if it asked to be told. */
  readonly onProgress: (progress: Progress) => void;
}

export interface ToolAnswer<Output> {
  readonly structured: Output;
  /** The same for a model that reads text. */
  readonly text: string;
}

export type ToolHandler<Name extends ToolName> = (input: ToolInput<Name>, call: ToolCall) => Promise<ToolAnswer<ToolOutput<Name>>>;
