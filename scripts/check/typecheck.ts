import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Part } from './part.ts';
import { outputLines, runTool } from './run-tool.ts';
import { isTypeScript, trackedFiles } from './tracked-files.ts';

/** `tsc -b` over all projects; the floor is every TypeScript file of the repository in some project's program. */
export const typecheck: Part = {
  name: 'typecheck',
  question: 'do all types agree',
  minimum: 400,
  async run(root, areas) {
    const expected = trackedFiles(root, areas).filter(isTypeScript);
    const asked = areas === undefined ? projects(root) : projects(root).filter((project) => isProjectOf(project, areas));
    const build = await runTool(root, 'tsc', ['-b', ...asked]);
    const findings = build.exitCode === 0 ? [] : outputLines(build);
    const programs = await Promise.all(asked.map((project) => programFiles(root, project)));
    const seen = new Set(programs.flat());
    const missing = expected.filter((file) => !seen.has(file));
    return {
      findings,
      seen: expected.length - missing.length,
      expected: expected.length,
      notes: missing.map((file) => `in no project: ${file}`),
    };
  },
};

/** A package is a project; everything that belongs to none is in that of the tools. */
function isProjectOf(project: string, areas: readonly string[]): boolean {
  const isPackage = (area: string): boolean => area.startsWith('packages/') || area === 'test/harness';
  return project === 'tsconfig.tools.json' ? areas.some((area) => !isPackage(area)) : areas.includes(project);
}

function projects(root: string): string[] {
  const { references } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8')) as { references: { path: string }[] };
  return references.map((reference) => reference.path);
}

async function programFiles(root: string, project: string): Promise<string[]> {
  const { stdout } = await runTool(root, 'tsc', ['-p', project, '--listFilesOnly']);
  return stdout.split('\n').map((file) => path.relative(root, file).replaceAll('\\', '/'));
}
