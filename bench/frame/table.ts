import { execFileSync } from 'node:child_process';
import os from 'node:os';
import type { Bench } from './bench.ts';
import type { Row } from './statistics.ts';

interface Table {
  bench: Pick<Bench, 'name' | 'what' | 'reference' | 'promises'>;
  rows: readonly Row[];
}

/** What a run found, a section per bench, as one Markdown page. */
export function renderPage(sections: readonly string[], { date, commit }: { date: Date; commit: string }): string {
  const head = `# Measured on ${date.toISOString().slice(0, 10)} at commit ${commit}\n\n${machineLine()}\n\nEvery round measures the reference and each row once; × is the median of the ratios within a round.\n`;
  return `${head}\n${sections.join('\n')}`;
}

export function renderTable({ bench, rows }: Table): string {
  const lines = rows.map(
    ({ name, medianMs, minMs, maxMs, ratio, rounds }) =>
      `| ${name} | ${milliseconds(medianMs)} | ${milliseconds(minMs)}–${milliseconds(maxMs)} | ${ratio.toFixed(2)} | ${rounds} |`,
  );
  return `## ${bench.name}\n\n${bench.what}\n\n| | median ms | min–max ms | × ${bench.reference.name} | rounds |\n|---|---:|---:|---:|---:|\n${lines.join('\n')}\n${renderPromises(bench)}`;
}

function renderPromises({ promises = {} }: Pick<Bench, 'promises'>): string {
  const each = Object.entries(promises).map(([name, highest]) => `${name} at most × ${highest}`);
  return each.length === 0 ? '' : `\nPromised: ${each.join(', ')}.\n`;
}

/** A sentence for every promise that a run did not keep. @throws when a promise names a row that was not measured */
export function brokenPromises({ bench, rows }: Table): string[] {
  return Object.entries(bench.promises ?? {}).flatMap(([name, highest]) => {
    const row = rows.find((candidate) => candidate.name === name);
    if (row === undefined) throw new Error(`${bench.name} promises something of ${name}, which it does not measure`);
    // Not the other way round: a ratio that is no number keeps nothing.
    if (row.ratio <= highest) return [];
    return [`${bench.name}: ${name} took × ${row.ratio.toFixed(2)} of ${bench.reference.name}; promised is × ${highest} at most`];
  });
}

const milliseconds = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

function machineLine(): string {
  const cpus = os.cpus();
  return `Machine: ${cpus.length} × ${cpus[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}, Node.js ${process.version}; load ${os.loadavg()[0]?.toFixed(1) ?? '?'} at the end.`;
}

/** Short hash of the checked-out commit, with `+` when the tree has changes. */
export function commitOf(root: string): string {
  const git = (...argv: string[]): string => execFileSync('git', argv, { cwd: root, encoding: 'utf8' }).trim();
  return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
}
