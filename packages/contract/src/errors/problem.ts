import { AgentBrainError, type FieldError, isAgentBrainError } from './agent-brain-error.ts';
import type { ErrorCode } from './catalogue.ts';
import type { ErrorKind } from './kinds.ts';

/** RFC 9457 problem details with our extension members. Its schema is `problemSchema`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string | undefined;
  code: ErrorCode;
  kind: ErrorKind;
  hint?: string | undefined;
  retry_after_s?: number | undefined;
  errors?: FieldError[] | undefined;
  data?: Record<string, unknown> | undefined;
}

/** @param requestId UUID of the request, when there is one */
export function toProblem(error: AgentBrainError, requestId?: string): Problem {
  return {
    type: `urn:agent-brain:error:${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    ...(requestId === undefined ? {} : { instance: `urn:uuid:${requestId}` }),
    code: error.code,
    kind: error.kind,
    hint: error.hint,
    ...(error.retryAfterS === undefined ? {} : { retry_after_s: error.retryAfterS }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(error.data === undefined ? {} : { data: error.data }),
  };
}

/** The error a problem document stands for, so that a client throws what the server threw. */
export function fromProblem(problem: Problem): AgentBrainError {
  return new AgentBrainError(problem.code, problem.detail, {
    hint: problem.hint,
    retryAfterS: problem.retry_after_s,
    errors: problem.errors,
    data: problem.data,
  });
}

/** Anything thrown, as the one class; a stranger becomes INTERNAL and keeps its cause, not its text. */
export function asAgentBrainError(thrown: unknown): AgentBrainError {
  if (isAgentBrainError(thrown)) return thrown;
  return new AgentBrainError('INTERNAL', 'An unexpected error ended the operation', { cause: thrown });
}
