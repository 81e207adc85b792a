import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** The prompts of the contract. They ask the agent to use the tools; they answer nothing themselves. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    'onboard',
    {
      title: 'Get to know this project',
      description: 'A first tour of an unknown code base: what it is, how it is laid out, where to begin',
      argsSchema: z.object({ focus: z.string().max(500).optional().describe('What you want to work on') }),
    },
    ({ focus }) => userMessage(onboarding(focus)),
  );
  server.registerPrompt(
    'find_implementation',
    {
      title: 'Find where something is implemented',
      description: 'The files and functions behind a behaviour, with the path the code takes',
      argsSchema: z.object({ behaviour: z.string().min(1).max(2_000).describe('What the software does, in words') }),
    },
    ({ behaviour }) => userMessage(implementation(behaviour)),
  );
}

const onboarding = (focus: string | undefined): string =>
  [
    'Get to know this project with the Agent Brain tools, and tell me what a new colleague needs to know.',
    '1. `status`: is it indexed, and how large is it?',
    '2. `search` for "what is this project, architecture, getting started" with source_types ["doc"].',
    '3. `search` for its entry points (main, command line, server, public API) with source_types ["code"].',
    '4. `search` for how it is built, tested and configured.',
    ...(focus === undefined ? [] : [`5. \`search\` for the parts that matter for this: ${focus}`]),
    'Then answer with: what it is (two sentences), its main parts with their paths, how they work together, how to run and test it, ' +
      `${focus === undefined ? 'and where to begin reading' : 'and where to begin with my task'}. Cite every claim as path:line. Say what you did not find.`,
  ].join('\n');

const implementation = (behaviour: string): string =>
  [
    `Find where this is implemented: ${behaviour}`,
    '1. `search` for it in words, then again with the identifiers that the first answer shows.',
    '2. `find_symbol` for the names at the centre, `find_callers` for who uses them. Both go by text: read the lines before you rely on them.',
    '3. `get_chunk`, or reading the file, where a text was cut.',
    'Answer with the files and functions as path:line, the path that the code takes through them in order, the tests that cover it, and what you are not sure of.',
  ].join('\n');

const userMessage = (text: string) => ({ messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] });
