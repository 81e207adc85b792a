import type { AgentBrainError } from '@agent-brain/contract/errors';

/** What serves. Only `running` can be asked; `unresponsive` holds the lock and proves nothing. */
export type ProcessState<Running> =
  | { readonly state: 'running'; readonly instance: Running }
  | { readonly state: 'stopped' }
  | { readonly state: 'starting' }
  /**
   * @property pid as the records name it, unverified; null when they do not
   * @property isSilent it was asked and gave no answer in time; it may merely be slow
   * @property isDaemon it serves other projects as well
   * @property lostHome of a daemon that has lost its lock; it ends by itself at its next look
   */
  | {
      readonly state: 'unresponsive';
      readonly pid: number | null;
      readonly error: AgentBrainError;
      readonly isSilent?: true;
      readonly isDaemon?: true;
      readonly lostHome?: string;
    };

export interface FindOptions {
  /** How long a live holder may take to prove itself. Default 10 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Leave stale files where they are. */
  readonly readOnly?: boolean;
}
