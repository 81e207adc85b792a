#!/usr/bin/env node
// Ask Agent Brain from plain Node.js, without the client library: finds or starts the instance of a project,
// indexes it, asks it.
//
//   node ask.mjs DIRECTORY QUESTION
//
// Any directory of the project will do: the command finds the project around it, as in a terminal there.
//
// It talks to the command `agent-brain` with `--json`. With the library `@agent-brain/client` the same is ten
// lines (packages/client/README.md).
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

const named = process.env.AGENT_BRAIN_BIN ?? 'agent-brain';
// A path counts from here, not from the directory that the command runs in; a name is looked for on PATH.
const program = /[\\/]/.test(named) ? path.resolve(named) : named;

/**
 * Runs a command to its end: the `data` of its answer, or an error with `code`, `hint` and `exitCode`.
 * @param {string[]} args
 * @param {{ directory: string, input?: string, signal?: AbortSignal }} options
 */
function agentBrain(args, { directory, input = '', signal }) {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    return Promise.reject(Object.assign(new Error(`${directory} is not a directory`), { code: 'PROJECT_PATH_MISSING', exitCode: 2 }));
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, '--json'], { cwd: directory, signal });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output.stderr += text));
    child.stdin.on('error', () => {}).end(input);
    child.on('error', reject);
    child.on('close', (exitCode) => {
      if (exitCode === 0) resolve(JSON.parse(output.stdout).data);
      else reject(Object.assign(problemOf(output.stderr), { exitCode }));
    });
  });
}

/** The problem document stands last; notes for people may stand above it. */
function problemOf(stderr) {
  const start = stderr.search(/^\{/m);
  if (start === -1) return new Error(`agent-brain ended without an answer: ${stderr.trim()}`);
  const { code, detail, hint } = JSON.parse(stderr.slice(start));
  return Object.assign(new Error(detail), { code, hint });
}

const [directory, question] = process.argv.slice(2);
if (directory === undefined || question === undefined) {
  console.error('usage: node ask.mjs DIRECTORY QUESTION');
  process.exitCode = 2;
} else {
  try {
    const job = await agentBrain(['index', '--start'], { directory });
    console.error(`${job.total_documents} files indexed`);
    const answer = await agentBrain(['query', '--max-chars', '8000', '-'], { directory, input: question });
    for (const { path: file, start_line, end_line, score } of answer.results) {
      console.log(`${file}:${start_line}-${end_line} (${score.toFixed(2)})`);
    }
  } catch (error) {
    console.error(`${error.code ?? 'ERROR'}: ${error.message}\n${error.hint ?? ''}`);
    process.exitCode = error.exitCode ?? 1;
  }
}
