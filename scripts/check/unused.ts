import path from 'node:path';
import type { Part } from './part.ts';
import { runTool } from './run-tool.ts';
import { isScript, trackedFiles } from './tracked-files.ts';

interface KnipReport {
  findings: { type: string; file: string; symbol: string; line?: number }[];
  processed: number;
}

/** knip: files, exports and dependencies that nothing uses, and dependencies that are used and not declared. */
export const unused: Part = {
  name: 'unused',
  question: 'is everything used, and declared',
  minimum: 400,
  async run(root) {
    const expected = trackedFiles(root).filter(isScript).length;
    const { stdout, stderr } = await runTool(root, 'knip', [
      '--no-exit-code',
      '--no-progress',
      '--reporter',
      path.join(import.meta.dirname, 'knip-reporter.ts'),
    ]);
    const line = stdout.split('\n').find((text) => text.startsWith('{"findings"'));
    if (line === undefined) throw new Error(`knip printed no report:\n${stdout}${stderr}`);
    const report = JSON.parse(line) as KnipReport;
    return {
      findings: report.findings.map(
        ({ type, file, symbol, line: at }) => `${path.relative(root, file)}${at === undefined ? '' : `:${at}`} unused ${type}: ${symbol}`,
      ),
      seen: report.processed,
      expected,
    };
  },
};
