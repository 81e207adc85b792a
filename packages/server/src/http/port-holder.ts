import fs from 'node:fs/promises';
import path from 'node:path';

const LISTEN_STATE = '0A';

/**
 * The process that listens on a TCP port of this machine, as far as the system tells us: on Linux, and
 * among processes whose descriptors we may read. Best effort for an error message, never a decision.
 *
 * @param procDir where /proc is
 */
export async function portHolder(port: number, procDir = '/proc'): Promise<number | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => read(path.join(procDir, 'net', name))));
  const inodes = tables.flatMap((table) => listeningInodes(table, port));
  if (inodes.length === 0) return undefined;
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`));
  const pids = (await fs.readdir(procDir).catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await hasDescriptor(path.join(procDir, pid, 'fd'), links)) return Number(pid);
  }
  return undefined;
}

/** proc(5), /proc/net/tcp: `sl local_address rem_address st … inode`, addresses as hex `IP:PORT`. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === LISTEN_STATE)
    .map((fields) => fields[9] ?? '');
}

async function hasDescriptor(directory: string, links: ReadonlySet<string>): Promise<boolean> {
  for (const name of await fs.readdir(directory).catch(() => [])) {
    const target = await fs.readlink(path.join(directory, name)).catch(() => '');
    if (links.has(target)) return true;
  }
  return false;
}

const read = (file: string): Promise<string> => fs.readFile(file, 'utf8').catch(() => '');
