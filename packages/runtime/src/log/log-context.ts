import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line that is logged while `work` runs carries, in the words of the contract. */
export interface LogContext {
  request_id?: string | undefined;
  job_id?: string;
  project_id?: string;
}

interface Scope {
  readonly outer: Scope | undefined;
  readonly context: LogContext;
  isOver: boolean;
}

const storage = new AsyncLocalStorage<Scope>();

/** Runs `work` with `context` added to that of its caller, through all its awaits, timers and callbacks. */
export const withLogContext = <T>(context: LogContext, work: () => T): T =>
  storage.run({ outer: storage.getStore(), context, isOver: false }, work);

/**
 * As {@link withLogContext}, until the promise of `work` settles. What was begun meanwhile and goes on (a watcher, a queue, a
 * timer) has other causes from then on, and its lines do not carry `context` any more.
 */
export async function duringLogContext<T>(context: LogContext, work: () => Promise<T>): Promise<T> {
  const scope: Scope = { outer: storage.getStore(), context, isOver: false };
  try {
    return await storage.run(scope, work);
  } finally {
    scope.isOver = true;
  }
}

export function currentLogContext(): LogContext {
  const scopes: Scope[] = [];
  for (let scope = storage.getStore(); scope !== undefined; scope = scope.outer) if (!scope.isOver) scopes.unshift(scope);
  return Object.assign({}, ...scopes.map(({ context }) => context)) as LogContext;
}
