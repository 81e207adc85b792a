import type { DaemonServiceResult } from '@agent-brain/contract/commands';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Call, Command } from '../call/index.ts';
import { disableService, enableService, planService, readServiceState, type ServicePlan, tellManager } from '../login-service/index.ts';
import { renderService } from '../render/index.ts';
import { isPassing } from '../registration/index.ts';

const actions = ['status', 'enable', 'disable'] as const;

/** Whether the user daemon starts at login. It needs no such thing: clients start it when they need it. */
export const daemon: Command<DaemonServiceResult> = {
  spec: {
    description:
      'Start the user daemon (shared mode) at every login: by a systemd user unit, or a launchd agent on macOS. Nobody needs this: ' +
      'commands, editors and agents start the daemon when they need it. Without an action, say whether it is so.',
    arguments: [{ name: 'action', description: 'status (default), enable or disable', values: actions }],
    options: [{ flags: '--print', description: 'Print what enable would write and where, and change nothing' }],
    examples: [
      { line: 'daemon enable --print', does: 'See the unit first' },
      { line: 'daemon enable', does: 'From the next login on' },
      { line: 'daemon disable', does: 'Take it out again; a daemon that runs goes on' },
    ],
    notes: [
      'The daemon itself is started and stopped by `agent-brain start --mode shared` and `agent-brain stop --mode shared`.',
      'systemd starts it when you log in first and ends it when you log out last; `loginctl enable-linger` changes that.',
    ],
  },

  async run(call) {
    const [action = 'status', extra] = call.args;
    if (!isAction(action))
      throw new AgentBrainError('ARGUMENT_INVALID', `There is no action ${JSON.stringify(action)} — daemon takes ${actions.join(', ')}`);
    if (extra !== undefined)
      throw new AgentBrainError('ARGUMENT_INVALID', `daemon ${action} takes nothing after it, and got ${JSON.stringify(extra)}`);
    const plan = planService({ environment: call.environment, program: call.program, node: process.execPath });
    if (call.options['print'] === true) {
      call.terminal.note(`${plan.file}${plan.link === null ? '' : `, and the link ${plan.link.file} to it`}:`);
      return { data: { ...(await resultOf(plan, 'status', false)), text: plan.text } };
    }
    return { data: await act(action, plan, call) };
  },

  render: renderService,
};

const isAction = (word: string): word is (typeof actions)[number] => (actions as readonly string[]).includes(word);

async function act(
  action: (typeof actions)[number],
  plan: ServicePlan,
  { environment, program, terminal }: Call,
): Promise<DaemonServiceResult> {
  if (action === 'status') return await resultOf(plan, action, false);
  const changed = action === 'enable' ? await enableService(plan, environment) : await disableService(plan);
  if (changed && plan.manager === 'systemd' && !(await tellManager(plan)))
    terminal.note('systemd does not run for this user here, or does not answer; it will see this when it starts.');
  if (action === 'enable' && isPassing(program))
    terminal.warn(`${program} lies in the cache of npx and may vanish; install Agent Brain, then enable it again.`);
  return await resultOf(plan, action, changed);
}

async function resultOf(plan: ServicePlan, action: DaemonServiceResult['action'], changed: boolean): Promise<DaemonServiceResult> {
  const { manager, file, link, command, home } = plan;
  return { action, state: await readServiceState(plan), changed, manager, file, link: link?.file ?? null, command: [...command], home };
}
