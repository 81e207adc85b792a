export {
  type AcquireOptions,
  acquireLock,
  clearResidue,
  type FileLock,
  type HoldOptions,
  lockDefaults,
  probeLock,
  tryAcquireLock,
  withLock,
} from './file-lock.ts';
export { holderFileOf, readHolder } from './holder.ts';
export { takeLifetimeLock } from './lifetime-lock.ts';
export { holdsRemovedLock } from './removed-lock.ts';
