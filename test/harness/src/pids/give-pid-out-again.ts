import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Kills a child and waits until its pid is free. */
export const endProcess = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};

/** In a pid namespace of its own, as root: starts programs until one gets `pid`, which its process has just given back. */
export async function givePidOutAgain(pid: number, command: readonly [string, ...string[]] = ['sleep', '300']): Promise<ChildProcess> {
  // Start times have steps of 10 ms; two processes of one pid within one step can be told apart by their marker only.
  await sleep(30);
  // Threads of this process take numbers from the same row, so the first try need not hit.
  for (let attempt = 0; ; attempt++) {
    fs.writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    const newcomer = spawn(command[0], command.slice(1), { stdio: 'ignore' });
    if (newcomer.pid === pid || attempt === 100) return newcomer;
    await endProcess(newcomer);
  }
}
