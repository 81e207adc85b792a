import { catalogue, type CatalogueEntry, type ErrorCode } from './catalogue.ts';
import { type ErrorKind, errorKinds } from './kinds.ts';
import { redactSecrets } from './redact.ts';

export interface FieldError {
  /** JSON pointer (RFC 6901) of the offending value; `""` is the whole document. */
  pointer: string;
  message: string;
}

export interface ErrorDetails {
  /** What to do next; the catalogue's hint when absent. */
  hint?: string | undefined;
  /** When a busy or unavailable thing is worth another try, or a limit may be kept again, in seconds. */
  retryAfterS?: number | undefined;
  errors?: FieldError[] | undefined;
  /** Facts for programs (pids, paths, ids). Never secrets. */
  data?: Record<string, unknown> | undefined;
  cause?: unknown;
}

const brand = Symbol.for('agent-brain.error');

/**
 * The one error class. `message` says what happened, with the value, and why; `hint` what to do.
 * Secrets are redacted here, where the error is made, so that no door can leak them.
 */
export class AgentBrainError extends Error {
  override readonly name = 'AgentBrainError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryAfterS: number | undefined;
  readonly errors: FieldError[] | undefined;
  readonly data: Record<string, unknown> | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(redactSecrets(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = redactSecrets(details.hint ?? catalogue[code].hint);
    this.retryAfterS = details.retryAfterS;
    this.errors = details.errors;
    this.data = details.data;
  }

  get kind(): ErrorKind {
    return catalogue[this.code].kind;
  }

  get title(): string {
    return catalogue[this.code].title;
  }

  /** HTTP status of this error (100–599). */
  get status(): number {
    const entry: CatalogueEntry = catalogue[this.code];
    return entry.status ?? errorKinds[entry.kind].status;
  }

  /** Exit code of a command that ends with this error. */
  get exitCode(): number {
    return errorKinds[this.kind].exitCode;
  }
}

/** True also for an error made by another copy of this module (two bundles in one process). */
export const isAgentBrainError = (value: unknown): value is AgentBrainError =>
  typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
