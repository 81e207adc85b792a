import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line that is logged while `work` runs carries, in the words of the contract. */
export interface LogContext {
  request_id?: string;
  job_id?: string;
  project_id?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work` with `context` added to that of its caller, through all its awaits, timers and callbacks. */
export const withLogContext = <T>(context: LogContext, work: () => T): T => storage.run({ ...storage.getStore(), ...context }, work);

export const currentLogContext = (): LogContext => storage.getStore() ?? {};
