import { AgentBrainError } from '@agent-brain/contract/errors';
import type { Command } from '../call/index.ts';
import { type Shell, shellScripts } from '../completion/index.ts';

interface CompletionScript {
  readonly shell: Shell;
  readonly script: string;
}

const shells = Object.keys(shellScripts) as Shell[];

export const completion: Command<CompletionScript> = {
  spec: {
    description: 'Print the script that completes commands, flags, job ids and projects in your shell.',
    arguments: [{ name: 'shell', description: shells.join(', '), values: shells }],
    examples: [
      { line: 'completion bash', does: 'Print it; in ~/.bashrc: source <(agent-brain completion bash)' },
      { line: 'completion zsh', does: 'In ~/.zshrc, behind compinit: source <(agent-brain completion zsh)' },
      { line: 'completion fish', does: 'Once: agent-brain completion fish > ~/.config/fish/completions/agent-brain.fish' },
    ],
  },

  async run({ args: [shell] }) {
    if (shell !== undefined && isShell(shell)) return { data: { shell, script: shellScripts[shell] } };
    const what = shell === undefined ? 'No shell is named' : `There is no completion for ${JSON.stringify(shell)}`;
    throw new AgentBrainError('ARGUMENT_INVALID', what, { hint: `Name one of ${shells.join(', ')}.` });
  },

  render: ({ script }) => script,
};

const isShell = (name: string): name is Shell => Object.hasOwn(shellScripts, name);
