import { llmsIntroduction, llmsSection } from '@agent-brain/contract/llms';

const pages: readonly (readonly [string, string, string])[] = [
  ['README', 'README.md', 'what it is, two commands, five minutes'],
  ['User guide', 'docs/user-guide.md', 'projects, indexing, jobs, asking, settings'],
  ['For authors of agents and skills', 'docs/agents.md', 'which door to take, how a running instance is found and proven'],
  ['Client library', 'docs/client.md', '`@agent-brain/client`: discover, search, index and wait, jobs'],
  ['Shared mode', 'docs/shared-mode.md', 'one daemon for many projects, and questions to several at once'],
  ['Commands', 'docs/commands.md', 'every command and option'],
  ['Errors', 'docs/errors.md', 'codes, kinds, exit codes'],
  ['Configuration', 'docs/configuration.md', 'every key with its default'],
];
const further: readonly (readonly [string, string, string])[] = [
  ['Claude Code plugin', 'plugins/claude-code/README.md', 'skill, commands, MCP server'],
  ['Example in Python', 'examples/python/agent_brain.py', 'over the command line, standard library only'],
  ['Architecture', 'ARCHITECTURE.md', 'processes, code map, state on disk, security model'],
  ['Contributing', 'CONTRIBUTING.md', 'how to change things'],
  ['Glossary', 'docs/glossary.md', 'words that mean one thing'],
];

/** `llms.txt` of the repository (https://llmstxt.org): begins as the one that an instance serves. */
export const llmsPage = (): string =>
  [
    llmsIntroduction,
    'This is the repository. A running instance serves a page like this one at `/llms.txt`.\n',
    llmsSection('Documentation', pages),
    llmsSection('Optional', further),
  ].join('\n');
