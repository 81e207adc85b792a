import type { LogsResult } from '@agent-brain/contract/commands';
import { followLog, type LogLine, readLogLines } from '@agent-brain/runtime/log';
import { findInstance, logFileOf, wantedMode } from '@agent-brain/client/discovery';
import { type Call, type Command, daemonOf, locateWithConfig, modeOf, modeOption } from '../call/index.ts';
import { integer, moment } from '../command-line/index.ts';
import { renderLogRecord } from '../render/index.ts';
import { printableJson, printableLine } from '../terminal/index.ts';

export const logs: Command<LogsResult> = {
  spec: {
    description: 'Show the log of what serves this project, oldest line first: of its own instance, or of the user daemon.',
    options: [
      { flags: '-f, --follow', description: 'Go on with new lines until Ctrl-C' },
      { flags: '--since <when>', description: 'Only lines from then on: an age (10m, 2h) or a time', parse: moment('--since') },
      { flags: '-n, --lines <n>', description: 'The last lines (default 100; all with --since)', parse: integer('--lines', 0, 1_000_000) },
      modeOption('shared: the log of the user daemon (default: of what serves this project)'),
    ],
    examples: [
      { line: 'logs -f', does: 'Watch the instance' },
      { line: 'logs --since 10m', does: 'The last ten minutes' },
      { line: 'logs -f --json', does: 'One JSON object per line' },
    ],
  },

  async run(call) {
    const logFile = await wantedLog(call);
    const lines = await lastLines(logFile, call);
    if (call.options['follow'] !== true) return { data: { log_file: logFile, lines: lines.map(asRecord) } };
    for (const line of lines) print(line, call);
    for await (const line of followLog(logFile, { signal: call.signal })) print(line, call);
    return undefined;
  },

  render(data, view) {
    if (data.lines.length === 0) return `No lines in ${printableLine(data.log_file)}`;
    return data.lines.map((record) => renderLogRecord(record, view.style, view.verbose)).join('\n');
  },
};

async function wantedLog(call: Call): Promise<string> {
  const flag = modeOf(call);
  if (flag === 'shared') return daemonOf(call).logFile;
  const location = await locateWithConfig(call, { lenient: true });
  // Who reads a log may do so because nothing answers: the lock and the record are enough to know whose log it is.
  const found = flag === undefined ? await findInstance(location, { signal: call.signal, timeoutMs: 1000, readOnly: true }) : undefined;
  return logFileOf(location, found?.state === 'running' ? found.instance : (await wantedMode(location, call.environment, flag)).mode);
}

/** Bounded: a log may be larger than memory should hold. */
async function lastLines(file: string, { options }: Call): Promise<LogLine[]> {
  const since = options['since'] as Date | undefined;
  const wanted = (options['lines'] as number | undefined) ?? (since === undefined ? 100 : 1_000_000);
  const kept: LogLine[] = [];
  for await (const line of readLogLines(file, since === undefined ? {} : { since })) {
    kept.push(line);
    if (kept.length >= 2 * wanted + 1000) kept.splice(0, kept.length - wanted);
  }
  return wanted === 0 ? [] : kept.slice(-wanted);
}

const asRecord = (line: LogLine): Record<string, unknown> => line.record ?? { text: line.text };

/** Of a stream every line is a document of its own. */
function print(line: LogLine, { terminal, globals }: Call): void {
  const record = asRecord(line);
  terminal.stdout.print(globals.json ? printableJson(record) : renderLogRecord(record, terminal.stdout.style, globals.verbose));
}
