import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { ensurePrivateDirectory, removeFile, writeAtomically } from '@agent-brain/runtime/files';
import type { Environment } from '@agent-brain/runtime/project';
import type { ServicePlan } from './service-plan.ts';
import { readServiceState } from './service-state.ts';

/**
 * Writes the service, so that the daemon starts at every login from now on. Again: nothing changes.
 *
 * @returns whether something was written
 * @throws LOGIN_SERVICE_FOREIGN; DISK_FULL, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE, STATE_DIR_UNSAFE
 */
export async function enableService(plan: ServicePlan, environment: Environment): Promise<boolean> {
  const state = await readServiceState(plan);
  if (state === 'foreign') throw foreign(plan);
  if (state === 'enabled') return false;
  // launchd makes the log file, and no directory for it.
  if (plan.manager === 'launchd') await makeLogDirectory(plan.home, environment.uid);
  await fs.mkdir(path.dirname(plan.file), { recursive: true });
  await writeAtomically(plan.file, plan.text, { mode: 0o644 });
  if (plan.link !== null) await linkAtomically(plan.link);
  return true;
}

/**
 * Removes the service. A daemon that runs goes on.
 *
 * @returns whether something was removed
 * @throws LOGIN_SERVICE_FOREIGN, STATE_DIR_NOT_WRITABLE, FILE_UNWRITABLE
 */
export async function disableService(plan: ServicePlan): Promise<boolean> {
  const state = await readServiceState(plan);
  if (state === 'foreign') throw foreign(plan);
  if (state === 'disabled') return false;
  // First the link: a unit that nothing wants does no harm, a link to nothing is complained of at every login.
  if (plan.link !== null) {
    await removeFile(plan.link.file);
    await fs.rmdir(path.dirname(plan.link.file)).catch(() => {}); // others may want to be started as well
  }
  await removeFile(plan.file);
  return true;
}

async function makeLogDirectory(home: string, uid: number): Promise<void> {
  await ensurePrivateDirectory(home, { uid });
  await ensurePrivateDirectory(daemonPaths(home).logDir, { uid });
}

async function linkAtomically({ file, target }: { file: string; target: string }): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await fs.symlink(target, temporary);
  await fs.rename(temporary, file);
}

const foreign = ({ file }: ServicePlan): AgentBrainError =>
  new AgentBrainError('LOGIN_SERVICE_FOREIGN', `Will not change ${file} — it was not written by \`agent-brain daemon enable\``, {
    data: { file },
  });

const RELOAD_TIMEOUT_MS = 5_000;

/**
 * Tells a running systemd about the change. launchd reads its agents at login.
 *
 * @returns whether it has been told
 */
export async function tellManager({ manager }: ServicePlan): Promise<boolean> {
  if (manager !== 'systemd') return false;
  return await new Promise((resolve) => {
    // Not in the working directory: a relative entry of PATH would find a program of the repository there.
    execFile('systemctl', ['--user', 'daemon-reload'], { timeout: RELOAD_TIMEOUT_MS, cwd: '/' }, (error) => resolve(error === null));
  });
}
