import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DataError } from '../data/json-lines.ts';

const usage = `npm run eval -- --data DIR (--mirrors DIR | --checkouts DIR) [options]

  --data DIR        queries and labels (see eval/README.md for the form); there is no default
  --mirrors DIR     bare git mirrors, <owner>+<name>/repo; the checkouts are made of them
  --checkouts DIR   ready checkouts: DIR/roots/<repo>, and DIR/whole/<repo> for --whole
  --whole           ask over the whole trees as well, not over the benchmark roots alone
  --only A,B        only these repositories
  --passages        ask the passage sets (code-chunks, docs, functions) as well
  --tokens          count the tokens up to the first relevant file, against ripgrep and reading
  --windows         how good the shown lines are: window regret of the first ten results
  --confidence      does an answer know whether it is one: questions asked of the right and of a wrong repository
  --ablation        what each rank rule is worth: the same without it
  --modes           is every query answered by one daemon for all repositories as by an instance for each
  --leave-one-out   tune the constants on all languages but one, ask that one; against tuning on all
  --against FILE    paired differences with the run in FILE (written by --json)
  --json FILE       write the run, query by query
  --markdown FILE   write the page that is printed
  --results FILE    write the ranked lists, one JSON line per query, for other scorers
  --work DIR        where checkouts and indexes stay for the next run (default: a folder of the system's for temporary files)`;

export interface EvalOptions {
  data: string;
  source: { mirrors: string } | { checkouts: string } | null;
  whole: boolean;
  only: readonly string[];
  passages: boolean;
  tokens: boolean;
  windows: boolean;
  confidence: boolean;
  ablation: boolean;
  leaveOneOut: boolean;
  modes: boolean;
  against: string | null;
  json: string | null;
  markdown: string | null;
  results: string | null;
  work: string;
}

/** @throws DataError that says what is needed */
export function readOptions(argv: readonly string[]): EvalOptions {
  const values = parse(argv);
  if (values.data === undefined) throw new DataError(`--data is needed: the queries are not part of this repository.\n\n${usage}`);
  if (values.mirrors !== undefined && values.checkouts !== undefined) throw new DataError('--mirrors or --checkouts, not both');
  const source =
    values.mirrors !== undefined ? { mirrors: values.mirrors } : values.checkouts !== undefined ? { checkouts: values.checkouts } : null;
  if (source === null && !values.passages) {
    throw new DataError(`--mirrors or --checkouts is needed to ask repositories (or --passages alone).\n\n${usage}`);
  }
  return {
    data: values.data,
    source,
    whole: values.whole,
    only: values.only?.split(',').filter((name) => name !== '') ?? [],
    passages: values.passages,
    tokens: values.tokens,
    windows: values.windows,
    confidence: values.confidence,
    ablation: values.ablation,
    leaveOneOut: values['leave-one-out'],
    modes: values.modes,
    against: values.against ?? null,
    json: values.json ?? null,
    markdown: values.markdown ?? null,
    results: values.results ?? null,
    work: values.work ?? path.join(os.tmpdir(), 'agent-brain-eval'),
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        data: text,
        mirrors: text,
        checkouts: text,
        only: text,
        against: text,
        json: text,
        markdown: text,
        results: text,
        work: text,
        whole: flag,
        passages: flag,
        tokens: flag,
        windows: flag,
        confidence: flag,
        ablation: flag,
        'leave-one-out': flag,
        modes: flag,
      },
    }).values;
  } catch (cause) {
    throw new DataError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, { cause });
  }
}
