import { compareVersions } from '@agent-brain/contract/version';
import type { ListenerSuspect, ProcessSuspect, Surroundings, Suspect } from './suspect.ts';

/**
 * - `safe_auto`: a daemon of this home and user that has lost its lock; a sweep may end it without a question.
 * - `operator_required`: may be one, and something is not known; a person has to look.
 * - `never_touch`: the daemon itself, or somebody else's.
 */
export type OrphanClass = 'safe_auto' | 'operator_required' | 'never_touch';

export interface Verdict {
  readonly class: OrphanClass;
  /** What follows "because". */
  readonly reason: string;
}

const verdict = (kind: OrphanClass, reason: string): Verdict => ({ class: kind, reason });
const safe = (reason: string): Verdict => verdict('safe_auto', reason);
const ask = (reason: string): Verdict => verdict('operator_required', reason);
const never = (reason: string): Verdict => verdict('never_touch', reason);

/**
 * Decides what a sweep may do with a suspect (docs/design/instances.md#orphans). Pure. Only the lock proves that a
 * daemon is active, so a process that has the marks of a daemon of this home and does not hold the lock is an orphan,
 * whatever its version or port and even if it does not answer. Anything uncertain protects the process.
 */
export function classify(suspect: Suspect, surroundings: Surroundings): Verdict {
  return suspect.kind === 'listener' ? classifyListener(suspect) : classifyProcess(suspect, surroundings);
}

function classifyListener({ answer, claims }: ListenerSuspect): Verdict {
  if (answer === 'silent') return never('it listens and gives no answer');
  return never(claims === undefined ? 'another program answers' : 'it answers like a daemon and cannot prove that it is one of this home');
}

function classifyProcess(suspect: ProcessSuspect, surroundings: Surroundings): Verdict {
  return (
    protectedByLock(suspect, surroundings) ??
    somebodyElses(suspect, surroundings) ??
    notCertain(suspect, surroundings) ??
    orphan(suspect, surroundings)
  );
}

function protectedByLock({ pid, process }: ProcessSuspect, { lock, selfPid }: Surroundings): Verdict | undefined {
  if (pid === selfPid) return never('it is this process');
  if (lock.state === 'free') return undefined;
  if (lock.holder === undefined) return ask('somebody holds the lock of this home and no record says who; it may be this process');
  const isHolder = pid === lock.holder.pid && (process === 'unknown' || process.startedAt === lock.holder.process_started_at);
  return isHolder ? never('it is the daemon of this home: it holds the lock') : undefined;
}

function somebodyElses({ process, home, hasLostLock }: ProcessSuspect, surroundings: Surroundings): Verdict | undefined {
  if (process !== 'unknown' && process.uid !== surroundings.uid) return never(`it belongs to user ${process.uid}`);
  // A daemon whose home is gone notices that by itself.
  if (home?.relation === 'gone' && !(hasLostLock && home.path === surroundings.home))
    return never(`it is a daemon of another home, which is gone: ${home.path}`);
  if (home?.relation !== 'other') return undefined;
  const which = home.path === surroundings.home ? 'another home of this name, in a container' : `another home: ${home.path}`;
  return never(`it is a daemon of ${which}`);
}

function notCertain({ process, entry, answer, home }: ProcessSuspect, { version }: Surroundings): Verdict | undefined {
  if (entry !== undefined && compareVersions(entry.version, version) > 0)
    return ask(`it has version ${entry.version}, which is newer than this program`);
  // Whoever wrote an entry into this home with its own pid and start time works in it.
  if (home?.relation === 'unknown' && entry === undefined) return ask('the system does not show which home it works in');
  // Whoever knows the token of the entry may be asked to stop, whatever the system tells; signals verify on their own.
  if (answer === 'proven') return undefined;
  if (process === 'unknown') return ask('the system does not tell whose pid it is');
  return home === undefined ? ask('its arguments do not name it as a daemon of this home') : undefined;
}

function orphan({ entry, ageMs, hasLostLock }: ProcessSuspect, surroundings: Surroundings): Verdict {
  if (entry !== undefined) {
    const age = entry.version === surroundings.version ? '' : `has version ${entry.version} and `;
    return safe(`it ${age}does not hold the lock of this home`);
  }
  if (hasLostLock) return safe('the lock of this home that it held was removed');
  if (surroundings.hasUnreadableEntries) return ask('it may be the one of an entry that a newer version has written');
  if (ageMs === undefined || ageMs < surroundings.settledAfterMs) return ask('it has no entry yet; it may be starting');
  return safe('it has lost its entry and does not hold the lock of this home');
}
