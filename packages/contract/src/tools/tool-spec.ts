import type { z } from 'zod';

/** One tool of the MCP server: what an agent is told, what it may send, what it gets. */
export interface ToolSpec {
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Hints for the client; it may ask its user before what is not read-only. */
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}
