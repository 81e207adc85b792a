import { AgentBrainError } from '@agent-brain/contract/errors';

/** How long to wait before each repetition, in milliseconds; a second and a quarter in all. */
export const waitsForDescriptors: readonly number[] = [10, 20, 40, 80, 160, 320, 640];

/** Whether a call failed because this process, or the machine, has too many files open. */
export const isOutOfDescriptors = (error: unknown): error is NodeJS.ErrnoException =>
  ['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');

/** Not the fault of the file, and no word about it: nothing may be taken for deleted or unreadable because of this. */
export const outOfDescriptors = (path: string, cause: NodeJS.ErrnoException): AgentBrainError =>
  new AgentBrainError('FILE_UNREADABLE', `Cannot read ${path} — too many files are open (${cause.code})`, {
    hint: 'Raise the limit of open files (`ulimit -n`), then run `agent-brain restart`.',
    cause,
  });

/**
 * A call that opens the file or directory. Others open and close theirs all the time: where none can be opened now,
 * the call is repeated a few times. Holds its thread: for worker threads.
 * @throws what the call throws; FILE_UNREADABLE when descriptors stay out
 */
export function opening<Result>(path: string, call: () => Result): Result {
  for (const waitMs of [...waitsForDescriptors, null]) {
    try {
      return call();
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      if (waitMs === null) throw outOfDescriptors(path, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    }
  }
  throw new Error('unreachable');
}
