import fs from 'node:fs';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { ensurePrivateDirectory, readBounded, removeFile, writeAtomically } from '@agent-brain/runtime/files';
import type { RegistrationPlan } from './plan-registration.ts';

/** Copies that are kept; older ones go. */
const MAX_BACKUPS = 50;

export interface ApplyOptions {
  /** Private directory for copies of what is changed; undefined: none is kept. */
  readonly backupDirectory: string | undefined;
  readonly uid: number;
  readonly now: Date;
}

/**
 * Carries a plan out: copies the file, then replaces it in one step, with its permissions, or removes one that nothing is left of.
 * @returns the copy, or null where there was no file
 * @throws AGENT_CONFIG_CHANGED when the client has written its file since the plan was made; FILE_UNWRITABLE, DISK_FULL
 */
export async function applyRegistration(plan: RegistrationPlan, options: ApplyOptions): Promise<string | null> {
  const { backupDirectory } = options;
  const backup =
    plan.before === null || backupDirectory === undefined ? null : await keepCopy(plan, plan.before, { ...options, backupDirectory });
  fs.mkdirSync(path.dirname(plan.file), { recursive: true });
  const now = await readBounded(plan.file, { maxBytes: Number.MAX_SAFE_INTEGER, followLinks: true, keepMark: true });
  if ((now.state === 'ok' ? now.text : null) !== plan.before) {
    throw new AgentBrainError('AGENT_CONFIG_CHANGED', `${plan.file} was not changed — ${plan.client.title} has written it in the meantime`);
  }
  if (plan.after === '') {
    await removeFile(plan.file);
    return backup;
  }
  await writeAtomically(plan.file, plan.after, { mode: plan.mode ?? (plan.scope === 'project' ? 0o644 : 0o600) });
  if (plan.mode !== null) fs.chmodSync(plan.file, plan.mode);
  return backup;
}

async function keepCopy(
  plan: RegistrationPlan,
  text: string,
  { backupDirectory, uid, now }: ApplyOptions & { backupDirectory: string },
): Promise<string> {
  await ensurePrivateDirectory(path.dirname(backupDirectory), { uid });
  await ensurePrivateDirectory(backupDirectory, { uid });
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  const copy = path.join(backupDirectory, `${stamp}-${plan.client.name}-${plan.scope}-${path.basename(plan.file).replace(/^\./, '')}`);
  await writeAtomically(copy, text);
  const copies = fs.readdirSync(backupDirectory).sort();
  for (const old of copies.slice(0, Math.max(0, copies.length - MAX_BACKUPS))) fs.rmSync(path.join(backupDirectory, old), { force: true });
  return copy;
}
