import fs from 'node:fs/promises';
import { readBounded } from '@agent-brain/runtime/files';
import { agentMark } from './launchd-agent.ts';
import type { ServicePlan } from './service-plan.ts';
import { unitMark } from './systemd-unit.ts';

/**
 * - `disabled`: nothing of ours is there.
 * - `enabled`: the daemon of this home starts at login, with this program.
 * - `outdated`: ours, with another program or in another form, or in part; enabling again mends it.
 * - `foreign`: something else has its name.
 */
export type ServiceState = 'disabled' | 'enabled' | 'outdated' | 'foreign';

/** What is written on disk; whether the service manager has noticed yet is its own matter. @throws FILE_UNREADABLE */
export async function readServiceState({ file, text, link }: ServicePlan): Promise<ServiceState> {
  const [found, target] = await Promise.all([readBounded(file), link === null ? null : linkTarget(link.file)]);
  if (found.state === 'refused') return 'foreign';
  if (found.state === 'ok' && ![unitMark, agentMark].some((mark) => found.text.includes(mark))) return 'foreign';
  if (target === 'no link') return 'foreign';
  if (found.state === 'missing') return target === null ? 'disabled' : 'outdated';
  return found.text === text && target === (link?.target ?? null) ? 'enabled' : 'outdated';
}

/** null: nothing is there. */
async function linkTarget(file: string): Promise<string | null> {
  try {
    return await fs.readlink(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EINVAL') return 'no link';
    throw error;
  }
}
