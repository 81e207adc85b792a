import fs from 'node:fs';
import path from 'node:path';
import { projectRuntimeRecordSchema, type ProjectRuntimeRecord } from '@agent-brain/contract/instances';
import { publishEntry, withdrawEntry } from '@agent-brain/runtime/discovery';
import { pastDirectory, readBoundedSync, removeFile, writeAtomically } from '@agent-brain/runtime/files';
import type { ProjectPaths } from '@agent-brain/runtime/project';
import { readRecord, writeRecord } from '@agent-brain/runtime/records';

type ArtifactPaths = Pick<ProjectPaths, 'runtimeFile' | 'pidFile' | 'stateDir' | 'instancesDir'>;

/**
 * The record last: whoever sees it can rely on all of it being there.
 *
 * @param uid owner of the home; negative: not checked
 */
export async function publish(paths: ArtifactPaths, record: ProjectRuntimeRecord, uid: number): Promise<void> {
  await publishEntry(paths, record, uid);
  await pastDirectory(paths.pidFile, () => writeAtomically(paths.pidFile, `${record.pid}\n`, { mode: 0o600 }));
  await writeRecord(paths.runtimeFile, projectRuntimeRecordSchema, record, { mode: 0o600 });
}

/** Removes record, entry and pid, but only our own: the state dir may be another's by now. */
export async function withdraw(paths: ArtifactPaths, record: ProjectRuntimeRecord): Promise<void> {
  const published = await readRecord(paths.runtimeFile, projectRuntimeRecordSchema);
  if (published.state === 'ok' && published.value.instance_id === record.instance_id) await removeFile(paths.runtimeFile);
  await withdrawEntry(paths, record.instance_id);
  if (readPid(paths.pidFile) === record.pid) await removeFile(paths.pidFile);
}

/** {@link withdraw} for a process that is about to die and cannot wait for anything. Never throws. */
export function withdrawNow(paths: ArtifactPaths & Pick<ProjectPaths, 'holderFile'>, record: ProjectRuntimeRecord): void {
  try {
    fs.rmSync(path.join(paths.instancesDir, `${record.instance_id}.json`), { force: true });
    const published = readBoundedSync(paths.runtimeFile);
    if (published.state !== 'ok') return;
    if ((JSON.parse(published.text) as { instance_id?: unknown }).instance_id !== record.instance_id) return;
    for (const file of [paths.runtimeFile, paths.pidFile, paths.holderFile]) fs.rmSync(file, { force: true });
  } catch {
    // What stays is residue that the next start cleans: it knows it by the free lock.
  }
}

function readPid(file: string): number | undefined {
  try {
    const read = readBoundedSync(file);
    return read.state === 'ok' ? Number(read.text.trim()) : undefined;
  } catch {
    return undefined;
  }
}
