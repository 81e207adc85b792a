import { DEFAULT_MAX_CHARS, toolNames, tools } from '@agent-brain/contract/tools';
import type { ToolSpec } from '@agent-brain/contract/tools';

interface Field {
  readonly default?: unknown;
  readonly description?: string;
}

/** `docs/mcp.md`: what an agent sees, from the table of tools that the server itself uses. */
export function mcpPage(): string {
  const table = toolNames.map((name) => describe(name, tools[name]));
  return `# MCP: Agent Brain for coding agents

\`agent-brain mcp\` serves one agent over standard input and output; every running instance also serves \`/mcp\` over streamable HTTP. Both speak the protocol of 2026-07-28 (stateless, \`server/discover\`) and those of 2025-11-25 and 2025-06-18 (\`initialize\`).

## Setting it up

\`agent-brain mcp install CLIENT\` writes the entry for Claude Code, Codex, Cursor, VS Code, OpenCode, Gemini CLI or Zed. By hand it is the command \`agent-brain\` with the argument \`mcp\`, run in the folder of the project; \`--project DIR\` names another one. An agent that starts its servers in your home directory needs \`--project\`: the home directory and \`/\` are never taken as a project by themselves.

Over HTTP: \`POST <url>/mcp\` with \`Authorization: Bearer <token>\`; address and token are in the runtime record of the instance ([how to find it](agents.md)), and both change with every start, so prefer the command. In [shared mode](shared-mode.md) the command asks the project of the folder it runs in; over HTTP, \`/mcp?project_id=…\` names it; without it \`list_projects\` names all that the daemon serves, and every other tool says that it needs one. Other methods are answered 405: there are no sessions and no stream of its own.

## What it does by itself

- It lists its tools at once and looks for nothing before that. The instance of a project that was initialised is started in the background; one that never was is left alone until a tool is called.
- The first \`search\` in a project that was never indexed starts the instance, indexes the project, and answers after at most three seconds (ten, while nothing at all is committed) from what is there, with a note on what is missing. Whoever cancelled that run, or saw it fail, is not overruled: then \`index_folder\` begins another.
- An instance that died or was stopped is started again by the next call; a call that was under way is asked once more. Everything that the tools do can be asked twice.
- Standard output carries the protocol and nothing else; what libraries print goes to standard error.

## Tools

In the order of \`tools/list\`. Every answer has \`structuredContent\` by the output schema that the list announces, and the same as text with fewer tokens. Errors that an agent can act on are answers with \`isError\`, with what to do and the [code](errors.md).

| tool | what it does | input (defaults) |
|---|---|---|
${table.join('\n')}

**Budgets.** \`max_chars\` (${DEFAULT_MAX_CHARS.toLocaleString('en')}, about 2,500 tokens) bounds an answer in both forms. \`search\` names distinct files first; the texts of the best take half of what is left each, and what had no room is named without its text. A cut text says so, and \`get_chunk\` has the whole of it.

**By text, not resolved.** \`find_symbol\`, \`find_callers\` and \`find_references\` look at the lines of up to 100 chunks that hold the word, and judge by their shape: a call of another function of the same name is among them, one through an alias is not. The answer says \`basis: "text"\`, and \`complete: false\` where there may be more.

**What is not offered.** Indexing a folder outside the project (the command line asks for \`--allow-external\`), clearing the index, stopping the instance: these are yours.

\`index_folder\` waits up to \`wait_s\` seconds and tells its progress to a client that asked for it; cancelling the call ends the wait, not the job. \`cancel_job\` ends the job.

## Resources and prompts

\`agent-brain://status\` and \`agent-brain://folders\` (JSON), \`agent-brain://chunk/{id}\` (text). The prompts \`onboard\` (optional \`focus\`) and \`find_implementation\` (\`behaviour\`) ask the agent to use the tools in a good order.

## When something is wrong

| what you see | what it is |
|---|---|
| the agent shows no tools | run \`agent-brain mcp\` in the project's folder by hand: it must wait silently; Ctrl-C ends it |
| \`PROJECT_ROOT_REFUSED\` | the agent runs it in your home directory or in a system directory: add \`--project DIR\` |
| \`INSTANCE_START_FAILED\` | \`agent-brain start\` says why, \`agent-brain logs\` says more |
| answers miss a file | \`agent-brain index --dry-run\` shows what is skipped, and why |
`;
}

function describe(name: string, { title, input }: ToolSpec): string {
  const schema = input.toJSONSchema({ io: 'input' }) as { properties?: Record<string, Field>; required?: string[] };
  const fields = Object.entries(schema.properties ?? {}).map(([field, { default: fallback }]) => {
    if (schema.required?.includes(field) === true) return `**\`${field}\`**`;
    return fallback === undefined ? `\`${field}\`` : `\`${field}\` (${JSON.stringify(fallback)})`;
  });
  return `| \`${name}\` | ${title} | ${fields.join(', ') || 'none'} |`;
}
