import path from 'node:path';
import type { QueryCommandResult } from '@agent-brain/contract/commands';
import type { QueryRequestInput } from '@agent-brain/contract/query';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { askProjects } from '../several-projects/index.ts';
import { type Call, type Command, connect, locate, reachInstance } from '../call/index.ts';
import { glob, integer } from '../command-line/index.ts';
import { renderQuery } from '../render/index.ts';
import { formatCount } from '../terminal/index.ts';

export const query: Command<QueryCommandResult> = {
  spec: {
    description: 'Search the indexed code and documents of the project. Results are files, best first, each with its best place.',
    arguments: [
      {
        name: 'text',
        description:
          'What to look for: words, a sentence, an identifier; "words in quotes" stand together, begin* is a beginning; `-` reads it from standard input',
        variadic: true,
      },
    ],
    options: [
      { flags: '-k, --top-k <n>', description: 'Results at the most, 1 to 100 (default 10)', parse: integer('--top-k', 1, 100) },
      {
        flags: '--mode <mode>',
        description: 'How to search (default hybrid); this version answers hybrid and bm25, both by words',
        choices: ['bm25', 'vector', 'hybrid', 'graph', 'multi'],
      },
      { flags: '--path <glob>', description: 'Only files that match', repeatable: true, parse: glob('--path') },
      { flags: '--language <name>', description: 'Only files of this language', repeatable: true },
      { flags: '--type <type>', description: 'Only code, documents or tests', choices: ['code', 'doc', 'test'], repeatable: true },
      { flags: '--group <what>', description: 'One result per file, or per chunk (default file)', choices: ['file', 'chunk'] },
      { flags: '--context <lines>', description: 'Lines shown around the place', parse: integer('--context', 0, 100) },
      {
        flags: '--max-chars <n>',
        description: 'Budget for all texts together, in characters',
        parse: integer('--max-chars', 100, 1_000_000),
      },
      { flags: '--explain', description: 'Show how each score came about' },
      {
        flags: '--projects <list>',
        description: 'Several projects of the user daemon at once, by name, path or id, separated by commas',
        values: 'projects',
      },
      { flags: '--start', description: 'Start what serves the project if it does not run' },
    ],
    examples: [
      { line: 'query "where is the lock taken"', does: 'Ask in words' },
      { line: 'query acquireLock --type code -k 3', does: 'The three best places in code' },
      { line: "query retry --path 'src/**' --json | jq -r '.data.results[].path'", does: 'Only the paths' },
      { line: 'query --projects shop,billing "retry after a timeout"', does: 'Ask two projects of the user daemon' },
      { line: 'query - < question.txt', does: 'Read the question from a file' },
    ],
  },

  async run(call) {
    const body = await readRequest(call);
    const projects = call.options['projects'] as string | undefined;
    if (projects !== undefined) {
      const several = await askProjects(projects, body, call);
      tellPending(several, call);
      // The results name their projects, and these are absolute.
      return { data: several, base: path.sep };
    }
    const location = await locate(call);
    const instance = await reachInstance(location, call);
    const data = await connect(instance).call('query', { body }, { signal: call.signal });
    tellPending(data, call);
    return { data, base: location.root };
  },

  render: renderQuery,
};

/** On stderr: the results themselves are as they were indexed, and scripts read them. */
function tellPending({ pending_files: pending }: QueryCommandResult, { terminal }: Call): void {
  // An instance of an earlier version says nothing of it.
  if (!(pending > 0)) return;
  const what = pending === 1 ? '1 file is' : `${formatCount(pending)} files are`;
  terminal.warn(`${what} newer than the index; \`agent-brain status\` shows when they are taken over.`);
}

async function readRequest({ args, options, readInput }: Call): Promise<QueryRequestInput> {
  const text = (args.length === 1 && args[0] === '-' ? await readInput() : args.join(' ')).trim();
  if (text === '')
    throw new AgentBrainError('ARGUMENT_INVALID', 'There is no question — give it as TEXT, or `-` and standard input', {
      hint: 'agent-brain query "where is the lock taken"',
    });
  const named: Record<keyof QueryRequestInput, unknown> = {
    query: text,
    project_id: undefined,
    project_ids: undefined,
    mode: options['mode'],
    top_k: options['topK'],
    alpha: undefined,
    threshold: undefined,
    path_globs: options['path'],
    languages: options['language'],
    source_types: options['type'],
    group: options['group'],
    context_lines: options['context'],
    max_chars: options['maxChars'],
    explain: options['explain'],
  };
  return named as unknown as QueryRequestInput;
}
