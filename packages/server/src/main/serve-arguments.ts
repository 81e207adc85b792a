import path from 'node:path';
import { parseArgs } from 'node:util';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { DaemonOptions } from '../daemon/index.ts';
import type { ServeOptions } from '../lifecycle/index.ts';

export type ServeArguments =
  | { readonly mode: 'project'; readonly options: ServeOptions }
  | { readonly mode: 'shared'; readonly options: DaemonOptions };

/**
 * `--project-root <abs> --state-dir <abs> [--port N] [--log-level L] [--config-flag key=value]…` serves one project,
 * `--shared --home <abs> […]` is the daemon of a home.
 *
 * The arguments contain the state directory or the home, so that other programs can identify the process
 * (docs/design/locks.md#process-identity).
 *
 * @throws ARGUMENT_INVALID
 */
export function serveArguments(argv: readonly string[]): ServeArguments {
  const { values } = parse(argv);
  const flags: Record<string, string> = {};
  for (const flag of values['config-flag'] ?? []) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(flag) ?? [];
    if (key === undefined || value === undefined) throw invalid(`--config-flag is ${JSON.stringify(flag)} — it must read key=value`);
    flags[key] = value;
  }
  if (values.port !== undefined) flags['port'] = values.port;
  if (values['log-level'] !== undefined) flags['log_level'] = values['log-level'];
  const { 'project-root': projectRoot, 'state-dir': stateDir, home } = values;
  if (values.shared !== true) {
    refuse('home', home, 'goes with --shared');
    return {
      mode: 'project',
      options: { projectRoot: absolute('project-root', projectRoot), stateDir: absolute('state-dir', stateDir), flags },
    };
  }
  refuse('project-root', projectRoot, 'does not go with --shared');
  refuse('state-dir', stateDir, 'does not go with --shared');
  return { mode: 'shared', options: { home: absolute('home', home), flags } };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'project-root': text,
        'state-dir': text,
        shared: { type: 'boolean' },
        home: text,
        port: text,
        'log-level': text,
        'config-flag': { type: 'string', multiple: true },
      },
    });
  } catch (cause) {
    throw new AgentBrainError('ARGUMENT_INVALID', `The arguments of serve are wrong — ${(cause as Error).message}`, { cause });
  }
}

function absolute(name: string, value: string | undefined): string {
  if (value === undefined) throw invalid(`--${name} is missing`);
  if (!path.isAbsolute(value)) throw invalid(`--${name} is ${JSON.stringify(value)} — it must be an absolute path`);
  return path.resolve(value);
}

function refuse(name: string, value: string | undefined, why: string): void {
  if (value !== undefined) throw invalid(`--${name} is ${JSON.stringify(value)}, and it ${why}`);
}

const invalid = (message: string): AgentBrainError => new AgentBrainError('ARGUMENT_INVALID', message);
