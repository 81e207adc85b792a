import { printableLine, type Style } from '../terminal/index.ts';

const colors = { warn: 'yellow', error: 'red', fatal: 'red', info: 'green', debug: 'dim', trace: 'dim' } as const;
const quiet = new Set(['time', 'level', 'msg', 'message', 'pid', 'hostname', 'text']);

/** One line of a log for a person; fields that say nothing to people are left out. */
export function renderLogRecord(record: Record<string, unknown>, style: Style, verbose: boolean): string {
  if (typeof record['text'] === 'string' && record['level'] === undefined) return printableLine(record['text']);
  const level = String(record['level']);
  const name = Object.hasOwn(colors, level) ? (level as keyof typeof colors) : 'info';
  const time = textOf(record['time']);
  const fields = Object.entries(record)
    .filter(([key]) => !quiet.has(key))
    .toSorted(([one], [other]) => Number(isId(one)) - Number(isId(other)))
    .map(([key, value]) => `${printableLine(key)}=${printableLine(textOf(value))}`);
  const message = printableLine(textOf(record['msg'] ?? record['message']));
  return [
    style('dim', printableLine(verbose ? time : time.slice(11, 23))),
    style(colors[name], name.padEnd(5)),
    message,
    style('dim', fields.join(' ')),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

/** Ids come last: they lead to other lines of the same request, job or project. */
const isId = (key: string): boolean => key === 'id' || key === 'jobs' || /_ids?$/.test(key);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));
