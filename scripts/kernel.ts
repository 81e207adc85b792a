import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileKernel, kernelFile } from './kernel/compile-kernel.ts';

/** Compiles packages/search/kernel into the module that parse workers run: `npm run kernel`. */
const root = path.resolve(import.meta.dirname, '..');
const { text, complaints } = await compileKernel(root);
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exitCode = 1;
} else {
  writeFileSync(path.join(root, kernelFile), text);
  console.log(kernelFile);
}
