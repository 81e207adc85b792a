import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compileKernel, kernelFile } from '../kernel/compile-kernel.ts';
import type { Part } from './part.ts';

/** The AssemblyScript of the kernel compiles, and the module that runs is what it compiles to. */
export const kernel: Part = {
  name: 'kernel',
  question: 'is the kernel what its sources say (npm run kernel mends it)',
  minimum: 5,
  async run(root, areas) {
    if (areas !== undefined && !areas.includes('packages/search')) return { findings: [], seen: 0, expected: 0 };
    const { text, complaints, files, read } = await compileKernel(root);
    const written = path.join(root, kernelFile);
    const isStale = complaints.length === 0 && (!existsSync(written) || readFileSync(written, 'utf8') !== text);
    return { findings: isStale ? [`${kernelFile}: is not what ${files} sources compile to`] : complaints, seen: read, expected: files };
  },
};
