import path from 'node:path';
import { parseArgs } from 'node:util';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { ServeOptions } from '../lifecycle/index.ts';

/**
 * `--project-root <abs> --state-dir <abs> [--port N] [--log-level L] [--config-flag key=value]…`
 *
 * The state dir stands in the arguments so that the process can be recognised by them (contract: locks, rule 6).
 *
 * @throws ARGUMENT_INVALID
 */
export function serveArguments(argv: readonly string[]): ServeOptions {
  const { values } = parse(argv);
  const flags: Record<string, string> = {};
  for (const flag of values['config-flag'] ?? []) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(flag) ?? [];
    if (key === undefined || value === undefined) throw invalid(`--config-flag is ${JSON.stringify(flag)} — it must read key=value`);
    flags[key] = value;
  }
  if (values.port !== undefined) flags['port'] = values.port;
  if (values['log-level'] !== undefined) flags['log_level'] = values['log-level'];
  return { projectRoot: absolute('project-root', values['project-root']), stateDir: absolute('state-dir', values['state-dir']), flags };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'project-root': text,
        'state-dir': text,
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

const invalid = (message: string): AgentBrainError => new AgentBrainError('ARGUMENT_INVALID', message);
