import { areaOf } from './changed-areas.ts';
import type { Part } from './part.ts';
import { runTool } from './run-tool.ts';
import { isScript, trackedFiles } from './tracked-files.ts';

interface OxlintReport {
  diagnostics: { message: string; code: string; filename: string; labels: { span: { line: number; column: number } }[] }[];
  number_of_files: number;
}

/** oxlint with type-aware rules; `.oxlintrc.json` holds the rules. Warnings count as findings. */
export const lint: Part = {
  name: 'lint',
  question: 'no known mistake',
  minimum: 400,
  async run(root, areas) {
    const files = trackedFiles(root, areas).filter(isScript);
    const expected = files.length;
    if (expected === 0) return { findings: [], seen: 0, expected };
    const folders = areas === undefined ? [] : [...new Set(files.map(areaOf))];
    const { stdout, stderr } = await runTool(root, 'oxlint', [
      '--type-aware',
      '--report-unused-disable-directives',
      '--format',
      'json',
      ...folders,
    ]);
    const report = parseReport(stdout, stderr);
    return {
      findings: report.diagnostics.map(({ filename, labels, code, message }) => {
        const span = labels[0]?.span;
        return `${filename}:${span?.line ?? 0}:${span?.column ?? 0} ${code} ${message}`;
      }),
      seen: report.number_of_files,
      expected,
    };
  },
};

function parseReport(stdout: string, stderr: string): OxlintReport {
  try {
    return JSON.parse(stdout.slice(stdout.indexOf('{'))) as OxlintReport;
  } catch (cause) {
    throw new Error(`oxlint printed no report:\n${stdout}${stderr}`, { cause });
  }
}
