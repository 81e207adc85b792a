import path from 'node:path';
import { builtProgram } from '../built/built-program.js';

/** Before the first test: the programs are built once, so that no test with a bound on time pays for it. */
export async function setup(): Promise<void> {
  const root = path.resolve(import.meta.dirname, '../..');
  for (const part of ['cli', 'server'] as const) await builtProgram(root, part);
}
