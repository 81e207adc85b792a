import { type CorpusResult, type Measured, percentile, type RunTime } from './measures.ts';

const MIB = 1024 * 1024;
/** In a smaller tree memory is that of threads and programs, and says nothing about chunks. */
const FEW_CHUNKS = 50_000;

/** What was found out about one tree: the engine's own figures, then the same questions to others. */
export function renderCorpus(result: CorpusResult): string {
  const { name, build } = result;
  const head = `## engine: ${name}\n\n${count(build.files)} files, ${number(build.bytes / 1e6)} MB, ${count(build.chunks)} chunks; everything in a process of its own, from the sources.`;
  return `${head}\n\n${ownFigures(result)}\n\n${beside(result)}\n`;
}

function ownFigures({ build, started, serve, stages }: CorpusResult): string {
  const rate = ({ seconds, cpuSeconds }: RunTime, more = ''): string =>
    `${number(build.bytes / 1e6 / seconds)} MB/s (${number(seconds)} s${more}; ${number(cpuSeconds)} s of processors)`;
  const phases = Object.entries(build.phases).map(([name, ms]) => `${name} ${number(ms / 1000)} s`);
  const perChunks = build.chunks < FEW_CHUNKS ? '' : `: ${number(serve.memoryBytes / MIB / (build.chunks / 100_000))} per 100,000 chunks`;
  const rows = [
    ['index from nothing, first thing in a process', rate(build.cold, `: ${phases.join(', ')}`)],
    ['the same in an instance that has been ready for a second, as after `agent-brain start`', rate(started)],
    ['the same again in one process, threads running and code compiled', rate(build.warm)],
    [
      'resident at most while indexing',
      `${number(build.peakBytes / MIB)} MiB, ${number((build.peakBytes - build.bareBytes) / MIB)} above the bare process`,
    ],
    ['disk', `${number(build.diskBytes / build.bytes)} bytes per byte of source`],
    ['open to the first answer', `${number(serve.firstAnswerMs)} ms`],
    ['query, warm', `p50 ${number(serve.p50Ms)} ms, p95 ${number(serve.p95Ms)} ms`],
    ['resident with all queries asked', `${number(serve.memoryBytes / MIB)} MiB above the bare process${perChunks}`],
    ['index again, nothing changed', `${number(serve.reopenMs)} ms`],
    ['edit of one file to its answer', `p50 ${number(percentile(serve.editMs, 0.5))} ms, p95 ${number(percentile(serve.editMs, 0.95))} ms`],
    [
      'one thread, by stage',
      Object.entries(stages)
        .map(([name, value]) => `${name} ${number(value)} MB/s`)
        .join(', '),
    ],
  ];
  return table(['', 'measured'], rows);
}

/** The same tree and the same questions. */
function beside({ build, serve, postings, ripgrep, fts5, miniSearch }: CorpusResult): string {
  const ours: Measured = {
    indexS: build.cold.seconds,
    p50Ms: serve.p50Ms,
    p95Ms: serve.p95Ms,
    diskBytes: build.diskBytes,
    memoryBytes: serve.memoryBytes,
  };
  const all: [string, Measured][] = [
    ['agent-brain', ours],
    ['its postings alone, BM25 of any word', postings],
    ['SQLite FTS5, bm25 of any word', fts5],
    ['MiniSearch, any word', miniSearch],
    ['ripgrep, files with any word', ripgrep],
  ];
  const cell = (key: Exclude<keyof Measured, 'why'>, unit: number, theirs: Measured): string => {
    const value = theirs[key];
    if (value === undefined) return '–';
    const reference = ours[key] as number;
    return theirs === ours ? number(value / unit) : `${number(value / unit)} (${number(value / reference)} ×)`;
  };
  const rows = all.map(([name, theirs]) =>
    theirs.why === undefined
      ? [
          name,
          cell('p50Ms', 1, theirs),
          cell('p95Ms', 1, theirs),
          cell('indexS', 1, theirs),
          cell('diskBytes', MIB, theirs),
          cell('memoryBytes', MIB, theirs),
        ]
      : [name, theirs.why, '', '', '', ''],
  );
  const legend =
    'The same questions to others; × is theirs divided by ours. What FTS5 and MiniSearch answer, ten best chunks by words, is what our postings answer alone; the first line ranks, groups by file, reads text and crosses a thread as well.';
  return `${legend}\n\n${table(['', 'query p50 ms', 'p95 ms', 'index s', 'disk MiB', 'memory MiB'], rows)}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, index) => (index === 0 ? '---' : '---:')).join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');

/** Three digits that count. */
const number = (value: number): string => (Math.abs(value) >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3))));

const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
