import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { requireNamespaces } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, test } from 'vitest';
import { ownWord } from './fixtures/open-test-engine.ts';

const program = fileURLToPath(new URL('./fixtures/fill-the-disk.ts', import.meta.url));

test('a full disk ends the run with DISK_FULL, the index answers on, and goes on when there is room', async (context) => {
  requireNamespaces(context);
  const root = temporaryDirectory('full');
  for (const folder of ['little', 'much', '.state']) fs.mkdirSync(path.join(root, folder));
  fs.writeFileSync(path.join(root, 'little', 'one.go'), `package p\n\nfunc ${ownWord(1)}() {}\n`);
  fs.writeFileSync(path.join(root, 'much', 'last.go'), `package p\n\nfunc ${ownWord(2)}() {}\n`);
  for (let file = 0; file < 40; file++) fs.writeFileSync(path.join(root, 'much', `f${file}.go`), incompressibleCode(60_000));
  const script = 'mount -t tmpfs -o size=64m tmpfs "$1/.state" && exec "$2" "$3" "$1"';
  const { stdout } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', script, 'sh', root, process.execPath, program], {
    timeout: 300_000,
  });
  expect(JSON.parse(stdout)).toEqual({
    full: 'DISK_FULL',
    'found while full': ['little/one.go'],
    'sound while full': true,
    freed: [],
    'found afterwards': ['little/one.go', 'much/last.go'],
    'sound afterwards': true,
  });
});

function incompressibleCode(characters: number): string {
  let code = 'package p\n';
  while (code.length < characters) code += `var v${Math.random().toString(36).slice(2)} = "${Math.random().toString(36).slice(2)}"\n`;
  return code;
}
