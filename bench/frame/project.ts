import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { World } from './bench.ts';
import { runProgram } from './processes.ts';

/** A small project of `fileCount` source files that look like code, initialised. Returns its root. */
export async function makeProject({ program, folder, env }: World, fileCount: number): Promise<string> {
  const root = path.join(folder, 'project');
  mkdirSync(path.join(root, 'src'), { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{ "name": "sample", "private": true }\n');
  for (let index = 0; index < fileCount; index += 1)
    writeFileSync(path.join(root, 'src', `${topics[index % topics.length] ?? ''}-${index}.ts`), sourceOf(index));
  await runProgram([program, 'init', '--project', root], env, root);
  return root;
}

const topics = ['token', 'session', 'queue', 'index', 'parser', 'router', 'cache', 'lock', 'record', 'worker'];

/** A source file of some 3 kB that looks like code; another one for each seed. */
export function sourceOf(seed: number): string {
  const topic = (offset: number): string => topics[(seed + offset) % topics.length] ?? '';
  const functions = Array.from({ length: 12 }, (_, number) => {
    const name = `${topic(number)}${topic(number + 3).replace(/^./, (first) => first.toUpperCase())}${seed}`;
    return `/** Reads the ${topic(number)} of a ${topic(number + 3)} and returns what was found. */\nexport function ${name}(input: string): string {\n  const ${topic(number + 1)} = input.trim();\n  return ${topic(number + 1)}.length > ${number} ? ${topic(number + 1)} : '${topic(number + 2)}';\n}\n`;
  });
  return functions.join('\n');
}
