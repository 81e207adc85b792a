import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Machine, readRuntime, type RunningInstance } from '@agent-brain/test-harness/agent-brain';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { expect, onTestFinished, test } from 'vitest';
import { sampleProject } from '../fixtures/index.ts';

const suite = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
);

interface Check {
  readonly scenario: string;
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

/** What the suite can only see of a server that has the suite's own tools, resources and prompts. */
const needsItsOwnTools =
  /^Not testable: |(Tool|Prompt) '?(test_|json_schema_2020_12_tool)\S* not found|Resource not found: test:\/\/|^Prerequisite failed|^Expected InputRequiredResult/;
/** What Agent Brain does not offer: the answer is "method not found", as it must be. */
const notOffered = ['completion-complete', 'logging-set-level', 'tools-call-with-logging', 'resources-subscribe', 'resources-unsubscribe'];

/** As many checks pass at least; a suite that suddenly sees nothing is no proof. */
test.each([
  { version: '2025-06-18', atLeast: 30 },
  { version: '2025-11-25', atLeast: 35 },
  { version: '2026-07-28', atLeast: 90 },
])('the conformance suite finds no fault at protocol version $version', async ({ version, atLeast }) => {
  const machine = new Machine();
  const root = sampleProject(machine);
  await machine.json(root, ['start']);
  const url = await openProxy(readRuntime(root));
  const checks = await runSuite(url, version);
  const faults = checks
    .filter(({ status }) => status === 'FAILURE')
    .filter(({ scenario, errorMessage = '' }) => !needsItsOwnTools.test(errorMessage) && !notOffered.includes(scenario));
  expect(faults).toEqual([]);
  expect(checks.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThanOrEqual(atLeast);
  for (const scenario of ['tools-list', 'resources-list', 'prompts-list']) {
    expect(checks.filter((check) => check.scenario === scenario && check.status !== 'SUCCESS')).toEqual([]);
  }
});

/** The suite knows no bearer tokens: the token is put in on the way, and names of this machine are those of the instance. */
async function openProxy({ port, token }: RunningInstance): Promise<string> {
  const own = `127.0.0.1:${port}`;
  const proxy = http.createServer((request, response) => {
    const headers: http.OutgoingHttpHeaders = { ...request.headers, authorization: `Bearer ${token}` };
    for (const name of ['host', 'origin']) {
      const given = headers[name];
      if (typeof given === 'string') headers[name] = given.replace(/\b(127\.0\.0\.1|localhost):\d+$/, own);
    }
    const onward = http.request({ host: '127.0.0.1', port, method: request.method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
    response.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/mcp`;
}

async function runSuite(url: string, version: string): Promise<Check[]> {
  const output = temporaryDirectory();
  const argv = [suite, 'server', '--url', url, '--suite', 'all', '--spec-version', version, '--output-dir', output];
  await new Promise<void>((resolve) =>
    execFile(process.execPath, argv, { maxBuffer: 64 * 1024 * 1024, timeout: 300_000 }, () => resolve()),
  );
  return readdirSync(output).flatMap((folder) => {
    const scenario = /^server-(.+?)-20\d\d-/.exec(folder)?.[1] ?? folder;
    const found = JSON.parse(readFileSync(path.join(output, folder, 'checks.json'), 'utf8')) as Check[];
    return found.map(({ id, status, errorMessage }) => ({ scenario, id, status, ...(errorMessage === undefined ? {} : { errorMessage }) }));
  });
}
