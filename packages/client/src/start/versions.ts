import { isAgentBrainError } from '@agent-brain/contract/errors';
import { compareVersions, PRODUCT_VERSION } from '@agent-brain/contract/version';
import type { ProvenProcess } from '../discovery/index.ts';
import type { Verdict } from './bring-up.ts';

import type { StopOptions } from './stop-process.ts';
import { waitUntilStopped } from './stop-process.ts';
import type { Subject } from './subject.ts';

export const isOlder = ({ version }: ProvenProcess): boolean => compareVersions(version, PRODUCT_VERSION) < 0;

/** What a person should know about one that is newer than this program; it is never stopped for that. */
export const newerWarning = (running: ProvenProcess, who: string): string[] =>
  compareVersions(running.version, PRODUCT_VERSION) > 0
    ? [`${who} has version ${running.version}, this program the older ${PRODUCT_VERSION}`]
    : [];

/**
 * An older one that does nothing makes room; a busy one is kept (docs/design/instances.md#versions). It decides itself,
 * at one moment: between a look and a signal it could have begun a job.
 */
export async function replaceIfOlder<Running extends ProvenProcess>(
  running: Running,
  subject: Subject<Running>,
  options: Pick<StopOptions, 'signal'>,
): Promise<Verdict> {
  if (!isOlder(running)) return { keep: true, warnings: [] };
  const keep = (why: string): Verdict => ({
    keep: true,
    warnings: [
      `${subject.name} has version ${running.version}, this program ${PRODUCT_VERSION}; ${why}, so it was kept. Later: agent-brain ${subject.commands.restart}`,
    ],
  });
  try {
    await running.connect().call('shutdown', { body: { instance_id: running.instanceId, if_idle: true } }, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isAgentBrainError(error)) throw error;
    // Who stops already makes room as well.
    if (error.code !== 'SHUTTING_DOWN')
      return keep(error.code === 'INSTANCE_BUSY' ? 'it is indexing' : `it did not make room (${error.message})`);
  }
  await waitUntilStopped(running, subject, options);
  return { keep: false, replaced: running.version };
}
