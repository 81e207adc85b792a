import { areaOf } from './changed-areas.ts';
import type { Part } from './part.ts';
import { runTool } from './run-tool.ts';
import { trackedFiles } from './tracked-files.ts';

interface BiomeReport {
  summary: { changed: number; unchanged: number };
  diagnostics: { severity: string; message: string; location?: { path?: string } }[];
}

/** biome, as a formatter only. */
export const format: Part = {
  name: 'format',
  question: 'is all code formatted alike (npm run format mends it)',
  minimum: 400,
  async run(root, areas) {
    const files = trackedFiles(root, areas).filter(isFormatted);
    const expected = files.length;
    if (expected === 0) return { findings: [], seen: 0, expected };
    const folders = areas === undefined ? [] : [...new Set(files.map(areaOf))];
    const { stdout, stderr } = await runTool(root, 'biome', ['format', '--reporter=json', '--max-diagnostics=none', ...folders]);
    const report = parseReport(stdout, stderr);
    return {
      findings: report.diagnostics
        .filter(({ severity }) => severity === 'error')
        .map(({ message, location }) => `${location?.path ?? ''}: ${message}`),
      seen: report.summary.changed + report.summary.unchanged,
      expected,
    };
  },
};

const isFormatted = (file: string): boolean => /\.(ts|js|json|jsonc)$/.test(file) && file !== 'package-lock.json';

function parseReport(stdout: string, stderr: string): BiomeReport {
  try {
    return JSON.parse(stdout) as BiomeReport;
  } catch (cause) {
    throw new Error(`biome printed no report:\n${stdout}${stderr}`, { cause });
  }
}
