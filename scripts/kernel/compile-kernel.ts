import { readFileSync } from 'node:fs';
import path from 'node:path';
import { trackedFiles } from '../check/tracked-files.ts';

/** The compiler's interface, as far as it is used: its own types declare another `console` for the whole program. */
interface Compiler {
  main(argv: readonly string[], io: CompilerFiles): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

interface CompilerFiles {
  readFile(name: string): string | null;
  writeFile(name: string, contents: Uint8Array): void;
  listFiles(): string[];
}

const compiler: string = 'assemblyscript/asc';

/** Where the kernel's AssemblyScript stands, and what is made of it. */
const sourceFolder = 'packages/search/kernel/';
export const kernelFile = 'packages/search/src/postings/kernel-module.ts';

export interface CompiledKernel {
  /** What {@link kernelFile} has to hold. */
  text: string;
  /** What the compiler complains of; then there is no text. */
  complaints: string[];
  /** Files of the kernel, and how many of them the compiler has read. */
  files: number;
  read: number;
}

/** Compiles the kernel to WebAssembly. The same compiler makes the same bytes everywhere, so that they can be compared. */
export async function compileKernel(root: string): Promise<CompiledKernel> {
  const files = new Set(trackedFiles(root).filter((file) => file.startsWith(sourceFolder) && file.endsWith('.ts')));
  const read = new Set<string>();
  let bytes = new Uint8Array(0);
  const argv = [`${sourceFolder}index.ts`, '--outFile', 'kernel.wasm', '-O3', '--runtime', 'stub', '--noAssert', '--use', 'abort='];
  const { main } = (await import(compiler)) as Compiler;
  const { error, stderr } = await main([...argv, '--uncheckedBehavior', 'always'], {
    readFile(name) {
      if (!files.has(name)) return null;
      read.add(name);
      return readFileSync(path.join(root, name), 'utf8');
    },
    writeFile(_name, contents) {
      bytes = Uint8Array.from(contents);
    },
    listFiles: () => [],
  });
  const complaints =
    error === null
      ? []
      : stderr
          .toString()
          .split('\n')
          .filter((line) => line !== '');
  return { text: textOf(bytes), complaints, files: files.size, read: read.size };
}

const textOf = (bytes: Uint8Array): string =>
  `/** packages/search/kernel as WebAssembly, in base64; made by \`npm run kernel\`. */\nexport const kernelModule =\n  '${Buffer.from(bytes).toString('base64')}';\n`;
