import { createHash } from 'node:crypto';
import path from 'node:path';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { daemonPaths } from '@agent-brain/runtime/daemon';
import { type Environment, homePaths, variable } from '@agent-brain/runtime/project';
import { renderAgent } from './launchd-agent.ts';
import { renderUnit } from './systemd-unit.ts';

/** What starts the user daemon of a home at login, and where it is written. */
export interface ServicePlan {
  readonly manager: 'systemd' | 'launchd';
  /** Absolute; the unit, or the agent. */
  readonly file: string;
  readonly text: string;
  /** What makes systemd start the unit at login: a link to it, relative to its own directory. */
  readonly link: { readonly file: string; readonly target: string } | null;
  /** Program and arguments of the daemon. */
  readonly command: readonly string[];
  readonly home: string;
}

export interface PlanOptions {
  readonly environment: Environment;
  /** Absolute path of the program that runs now. */
  readonly program: string;
  /** Absolute path of Node.js. */
  readonly node: string;
}

/**
 * The service of a home. Every home has one of its own: that of the user's usual home is `agent-brain`, others have a
 * suffix that is made of their path.
 *
 * @throws AgentBrainError LOGIN_SERVICE_UNAVAILABLE where neither systemd nor launchd starts things; HOME_NOT_ABSOLUTE
 */
export function planService({ environment, program, node }: PlanOptions): ServicePlan {
  const { home } = homePaths(environment);
  const command = [node, program, 'serve', '--shared', '--home', home];
  if (command.some((word) => /[\u0000-\u001f\u007f]/.test(word)))
    throw new AgentBrainError(
      'LOGIN_SERVICE_UNAVAILABLE',
      `A service cannot name ${JSON.stringify(home)} — a path holds a control character`,
    );
  const suffix = suffixOf(environment, home);
  if (environment.platform === 'linux') {
    const directory = path.join(configDirectory(environment), 'systemd', 'user');
    const name = `agent-brain${suffix}.service`;
    const link = { file: path.join(directory, 'default.target.wants', name), target: path.join('..', name) };
    return { manager: 'systemd', file: path.join(directory, name), text: renderUnit({ command, home }), link, command, home };
  }
  if (environment.platform === 'darwin') {
    const label = `agent-brain.daemon${suffix}`;
    const file = path.join(environment.homedir, 'Library', 'LaunchAgents', `${label}.plist`);
    const text = renderAgent({ label, command, logFile: daemonPaths(home).logFile });
    return { manager: 'launchd', file, text, link: null, command, home };
  }
  throw new AgentBrainError(
    'LOGIN_SERVICE_UNAVAILABLE',
    `Nothing on ${environment.platform} that Agent Brain knows starts a program at login`,
  );
}

function suffixOf(environment: Environment, home: string): string {
  const usual = homePaths({ ...environment, env: { ...environment.env, AGENT_BRAIN_HOME: undefined } }).home;
  return home === usual ? '' : `-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
}

/** XDG Base Directory Specification: a relative path in the variable counts as none. */
function configDirectory(environment: Environment): string {
  const given = variable(environment, 'XDG_CONFIG_HOME');
  return given !== undefined && path.isAbsolute(given) ? given : path.join(environment.homedir, '.config');
}
