import type { RegistrationResult } from '@agent-brain/contract/commands';
import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Call, Command } from '../call/index.ts';
import { clientNames, install, registrationOptions, renderRegistration, uninstall } from './mcp-registration.ts';

const actions = ['install', 'uninstall'] as const;

export const mcp: Command<RegistrationResult> = {
  spec: {
    description:
      'Serve coding agents over the Model Context Protocol on standard input and output: what an agent runs by itself. ' +
      'With an action: register that with an agent, or take it out again. The change is shown first, and the file kept.',
    arguments: [
      { name: 'action', description: `${actions.join(' or ')}; without it, serve`, values: actions },
      { name: 'client', description: clientNames.join(', '), values: clientNames },
    ],
    options: registrationOptions,
    examples: [
      { line: 'mcp install claude', does: 'Claude Code, in a file of this project that can be committed' },
      { line: 'mcp install codex --yes', does: 'Codex, for all your projects, without a question' },
      { line: 'mcp install zed --print', does: 'The entry to put in by hand' },
      { line: 'mcp uninstall cursor', does: 'Take it out again' },
      { line: 'mcp --project ~/src/shop', does: 'What an agent runs, for a project elsewhere' },
    ],
    notes: [
      'Comments and everything else in the file stay. A copy of the file as it was lies in ~/.agent-brain/backups.',
      'Serving starts the instance of the project when it is needed. An instance also serves MCP over HTTP, at /mcp.',
    ],
  },

  async run(call) {
    if (call.args.length === 0) {
      if (process.stdin.isTTY)
        call.terminal.note(
          'This is for coding agents, which run it by themselves: it speaks the Model Context Protocol on standard input and output. To register it: `agent-brain mcp install CLIENT`. Ctrl-C ends it.',
        );
      const { serveAgent } = await import('./mcp-serve.ts');
      await serveAgent(call);
      return undefined;
    }
    const data = await change(call);
    return data === undefined ? undefined : { data };
  },

  render: renderRegistration,
};

async function change(call: Call): Promise<RegistrationResult | undefined> {
  const [action, client, extra] = call.args;
  if (extra !== undefined)
    throw new AgentBrainError('ARGUMENT_INVALID', `mcp ${action} takes one client, and got ${JSON.stringify(extra)} as well`);
  if (action === 'install') return await install(call, client);
  if (action === 'uninstall') return await uninstall(call, client);
  throw new AgentBrainError(
    'ARGUMENT_INVALID',
    `There is no action ${JSON.stringify(action)} — mcp takes ${actions.join(' or ')}, or none to serve`,
  );
}
