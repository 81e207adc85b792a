import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { docxOf, hostileDocuments } from '@agent-brain/test-harness/documents';
import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { withinMs } from '@agent-brain/test-harness/timing';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { MemoryIndexStore } from '../store/index.ts';
import { walkFolder } from '../walk/index.ts';
import { documentBudget } from './document-budget.ts';
import { runInFolder } from './fixtures/run-in-folder.ts';
import { ParseFeed } from './parse-feed.ts';
import { ParsePool } from './parse-pool.ts';
import type { ParseItem } from './parse-protocol.ts';

const childrenOf = (pid: number): string[] =>
  fs
    .readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => fs.readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean));

const isDocumentProcess = (pid: string): boolean => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('document-worker');
  } catch {
    return false;
  }
};

/** Looks at the largest resident memory, in bytes, of the processes that this one has started to read documents. */
function watchDocumentProcesses(): { readonly peakBytes: () => number } {
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of childrenOf(process.pid).filter(isDocumentProcess)) {
      try {
        const high = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        peak = Math.max(peak, Number(high ?? 0) * 1024);
      } catch {
        // It has just ended.
      }
    }
  }, 10);
  onTestFinished(() => clearInterval(timer));
  return { peakBytes: () => peak };
}

describe('a hostile document', () => {
  beforeEach((context) => requirePlatform(context, 'linux'));

  test.each(hostileDocuments)('%s is read or skipped within the budget', async (name, make) => {
    const root = temporaryDirectory('project');
    fs.writeFileSync(path.join(root, name), make());
    const watch = watchDocumentProcesses();
    const store = new MemoryIndexStore();
    const started = performance.now();
    const stats = await runInFolder(store, root);
    expect(performance.now() - started).toBeLessThan(withinMs(documentBudget.cpuMs + 2_000));
    expect(watch.peakBytes()).toBeGreaterThan(0);
    // Between two looks of the guard the reader goes on.
    expect(watch.peakBytes()).toBeLessThan(documentBudget.residentBytes * 1.2);
    const paths = [...store.files()].map((file) => file.path);
    expect([...paths, ...stats.skipped.map((skip) => skip.path)]).toEqual([name]);
  });

  test('delays no other file, and the next document is read', async () => {
    const root = temporaryDirectory('project');
    const makeHostile = new Map(hostileDocuments).get('shared-contents.pdf');
    fs.writeFileSync(path.join(root, 'a.pdf'), makeHostile?.() ?? '');
    fs.writeFileSync(path.join(root, 'b.docx'), docxOf('<w:p><w:r><w:t>words</w:t></w:r></w:p>'));
    for (let at = 0; at < 20; at += 1) fs.writeFileSync(path.join(root, `c${at}.go`), `package c${at}\n`);
    const pool = new ParsePool({ size: 1, fileBudgetMs: 60_000 });
    onTestFinished(() => pool.close());
    const items: ParseItem[] = [];
    for await (const { files } of walkFolder({ root, folder: root, maxFileBytes: 1_000_000 }))
      items.push(...files.map((candidate) => ({ candidate })));
    const settings = { root, maxFileBytes: 1_000_000, chunkSize: 1500, chunkOverlap: 0 };
    const order: string[] = [];
    for await (const results of pool.parse({ settings, items: ParseFeed.of(items), signal: new AbortController().signal }))
      order.push(
        ...results.map((result) => (result.kind === 'skip' ? `${result.skip.path} skipped` : 'file' in result ? result.file.path : '')),
      );
    expect(order.slice(0, 20).every((name) => name.startsWith('c'))).toBe(true);
    expect(order.slice(20)).toEqual(['a.pdf skipped', 'b.docx']);
  });

  test('is left behind by no process when the one that reads it is killed', async () => {
    const root = temporaryDirectory('project');
    fs.writeFileSync(path.join(root, 'a.pdf'), new Map(hostileDocuments).get('shared-contents.pdf')?.() ?? '');
    const reader = spawn(process.execPath, [path.join(import.meta.dirname, 'fixtures', 'index-folder.ts'), root], { stdio: 'ignore' });
    onTestFinished(() => void reader.kill('SIGKILL'));
    let child: string | undefined;
    await waitUntil('the document is being read', () => {
      child = childrenOf(reader.pid as number).find(isDocumentProcess);
      return child !== undefined;
    });
    reader.kill('SIGKILL');
    await waitUntil('the process that read the document is gone', () => !isDocumentProcess(child as string));
  });
});
