import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireProgram } from '@agent-brain/test-harness/requirements';
import { expect, test } from 'vitest';
import { program, TestUser } from '../fixtures/index.ts';
import { type Shell, shellScripts } from './index.ts';

/** How a shell is asked without a person at its keys; prints a candidate per line. */
const questions: Record<Shell, { args: readonly string[]; ask: (words: readonly string[]) => string }> = {
  bash: {
    args: ['--norc', '--noprofile', '-c'],
    ask: (words) =>
      `COMP_WORDS=(agent-brain ${words.join(' ')}); COMP_CWORD=${words.length}; _agent_brain; printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  zsh: {
    args: ['-f', '-c'],
    ask: (words) => `
      compdef() { }; _files() { print ":files" }; _describe() { print -l -- "\${(@)\${(P)2}%%:*}" }
      words=(agent-brain ${words.join(' ')}); CURRENT=${words.length + 1}; _agent_brain`,
  },
  fish: {
    args: ['--no-config', '-c'],
    ask: (words) =>
      `complete -C 'agent-brain ${words.map((word) => word.replaceAll("'", '')).join(' ')}' | string replace -r '\\t.*' ''; true`,
  },
};

function ask(user: TestUser, shell: Shell, words: readonly string[], cwd: string): string[] {
  const bin = path.join(user.directory, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, 'agent-brain'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  const script = path.join(user.directory, `script.${shell}`);
  fs.writeFileSync(script, shellScripts[shell]);
  const { args, ask: question } = questions[shell];
  const load = shell === 'zsh' ? 'compdef() { }; ' : '';
  // Read in twice: a shell that is reloaded does so.
  const text = `${load}source ${script}; source ${script}; ${question(words)}`;
  const env = user.env({ PATH: `${bin}:${process.env['PATH']}`, XDG_CONFIG_HOME: user.homedir, XDG_DATA_HOME: user.homedir });
  const output = execFileSync(shell, [...args, text], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return output.split('\n').filter((line) => line !== '');
}

const shells = Object.keys(shellScripts) as Shell[];

test.for(shells)('%s completes commands, flags and values, and never runs what is being typed', (shell, context) => {
  requireProgram(context, shell);
  const user = new TestUser();
  const root = user.project('my project');
  expect(ask(user, shell, ['ver'], root)).toEqual(['version']);
  expect(ask(user, shell, ['query', '--exp'], root)).toEqual(['--explain']);
  expect(ask(user, shell, ['query', '--mode', 'b'], root)).toEqual(['bm25']);
  expect(ask(user, shell, ['config', 'get', 'chunk_'], root).toSorted()).toEqual(['chunk_overlap', 'chunk_size']);
  const bait = path.join(user.directory, 'ran');
  ask(user, shell, ['query', `'"$(touch ${bait})"'`, "''"], root);
  expect(fs.existsSync(bait)).toBe(false);
});
