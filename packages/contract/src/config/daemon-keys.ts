import { z } from 'zod';

/** `~/.agent-brain/shared_config.json`: keys of the user daemon alone; they stand where the user's configuration stands. */
export const daemonConfigSchema = z.strictObject({
  $schema: z.string().optional(),
  bind_host: z.string().min(1).max(255).default('127.0.0.1').describe('Address the daemon listens on'),
  port: z.int().min(1).max(65_535).default(45_123).describe('First port that is tried'),
  port_range: z.int().min(1).max(1_000).default(50).describe('How many ports from there on are tried, and searched for lost daemons'),
  chunk_size: z.int().min(200).max(20_000).default(1500).describe('Size of a chunk in characters'),
  chunk_overlap: z.int().min(0).max(5_000).default(0).describe('What neighbouring chunks share, in characters'),
  max_concurrent_indexing: z.int().min(1).max(64).default(2).describe('Projects that are indexed at once'),
});

export type DaemonConfig = z.infer<typeof daemonConfigSchema>;
