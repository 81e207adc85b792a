import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { codeBlocks } from './packaging/code-blocks.ts';
import { packTarball } from './packaging/npm.ts';
import { stageClient } from './packaging/stage-client.ts';
import { stagePackage } from './packaging/stage.ts';
import { stopLeftServer, trialSteps } from './packaging/trial.ts';

/**
 * The packages as their users meet them: `npm run check:package`. Packs, installs, runs, looks. One line per
 * step; the last line reads `N passed, N failed`.
 */
const root = path.resolve(import.meta.dirname, '..');

await main();

async function main(): Promise<void> {
  const [staged, library] = [await stagePackage(root), await stageClient(root)];
  const lints = [await lintPackage(staged), await lintPackage(library)];
  const failures = lints.flat();
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'ab-package-')));
  const oldNode = findOldNode();
  if (oldNode === undefined)
    console.log('no Node.js older than 22.18 on this machine: its refusal is shown by the tests of the command line only');
  let passed = lints.filter((complaints) => complaints.length === 0).length;
  const client = { tarball: packTarball(library), example: codeBlocks(path.join(library, 'README.md'), 'js')[0] ?? '' };
  try {
    for (const { name, run } of trialSteps({ tarball: packTarball(staged), client, folder, oldNode })) {
      const problem = run();
      console.log(`${problem === undefined ? 'ok  ' : 'FAIL'} ${name}`);
      if (problem === undefined) passed += 1;
      else failures.push(`${name}: ${problem}`);
    }
  } finally {
    stopLeftServer(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  if (failures.length > 0) {
    console.log(`\n${failures.join('\n')}`);
    process.exitCode = 1;
  }
  console.log(`\n${passed} passed, ${failures.length} failed`);
}

async function lintPackage(staged: string): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: staged, strict: true });
  const complaints = messages.map((message) => `publint: ${formatMessage(message, pkg ?? {}) ?? message.code}`);
  console.log(`${complaints.length === 0 ? 'ok  ' : 'FAIL'} publint ${String(pkg?.['name'])}`);
  return complaints;
}

/** A Node.js on PATH (or under /usr/bin) that is older than the package wants. */
function findOldNode(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin'];
  return folders
    .map((directory) => path.join(directory, 'node'))
    .find((program) => {
      const version = /^v(\d+)\.(\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '');
      return version !== null && Number(version[1]) * 100 + Number(version[2]) < 2218;
    });
}
