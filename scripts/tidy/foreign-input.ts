import { isTest } from '../check/tracked-files.ts';
import { matchingLines, type Rule } from './rule.ts';

const isProduct = (file: string): boolean => /^packages\/[^/]+\/src\/.*\.ts$/.test(file) && !isTest(file) && !file.includes('/fixtures/');

/** Files that open by themselves, and what: nothing of it is the content of a file that came with a repository. */
const ownOpeners: Readonly<Record<string, string>> = {
  'packages/runtime/src/files/read-bounded.ts': 'the bounded reader',
  'packages/runtime/src/files/private-directory.ts': 'a directory',
  'packages/runtime/src/files/write-atomically.ts': 'a new file, a directory',
  'packages/runtime/src/locks/kernel-lock.ts': 'a lock file, which is never read',
  'packages/runtime/src/log/rotating-file.ts': 'the log, to append',
  'packages/runtime/src/process/proc-table.ts': '/proc',
  'packages/runtime/src/project/state-dir-entries.ts': 'a file of ours, to change its mode',
  'packages/runtime/src/project/git-exclude.ts': 'the excludes of the repository, to append',
  'packages/client/src/start/start-log.ts': 'the log, to append, and what was appended since',
  'packages/search/src/decode/read-bytes.ts': 'the bounded reader of sources, which counts descriptors',
  'packages/search/src/store/store-file.ts': 'a new file',
  'packages/search/src/indexing/run-order.ts': 'a directory',
  'packages/server/src/job-store/journal.ts': 'the journal, to append',
  'packages/server/src/http/port-holder.ts': '/proc',
  'packages/server/src/watch/watch-limit.ts': '/proc',
  'packages/server/src/watch/drain-counter.ts': '/proc',
  'packages/cli/src/doctor/busy-machine.ts': '/proc',
  'packages/cli/src/doctor/gather-facts.ts': '/proc',
};

/** Files that start programs, and which. */
const starters: Readonly<Record<string, string>> = {
  'packages/runtime/src/git/run-git.ts': 'git',
  'packages/runtime/src/process/ps-table.ts': 'ps',
  'packages/client/src/start/spawn-server.ts': 'the server',
  'packages/search/src/indexing/document-process.ts': 'a process of ours that reads documents',
  'packages/cli/src/commands/start.ts': 'the server, in the foreground',
  'packages/cli/src/registration/find-launch-command.ts': 'the program that an agent will start, to see that it starts',
  'packages/cli/src/login-service/change-service.ts': 'systemctl, launchctl',
  'packages/cli/src/terminal/pager.ts': 'the pager of the person',
};

/** What a clone brings along may be a FIFO, a link to an endless device, or a program's configuration. */
export const foreignInputRules: readonly Rule[] = [
  {
    name: 'bounded-reads',
    reason: 'a file may be a FIFO, a link or endless: read it with readBounded or readBoundedBytes of runtime/files',
    applies: (file) => isProduct(file) && ownOpeners[file] === undefined,
    check: (text) =>
      matchingLines(text, /\b(?:readFile|readFileSync|createReadStream|openAsBlob|openSync)\(|\b(?:fs|fsp|promises|system)\.open\(/),
  },
  {
    name: 'known-programs',
    reason: 'git is started by runtime/git alone, never in a repository, and whoever starts another program is listed here',
    applies: (file) => isProduct(file) && starters[file] === undefined,
    check: (text) =>
      matchingLines(text, /^import (?!type ).*['"](?:node:)?child_process['"]|\b(?:import|require)\(['"](?:node:)?child_process['"]\)/),
  },
];
