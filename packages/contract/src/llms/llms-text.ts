/** How every `llms.txt` of ours begins (https://llmstxt.org: H1, quote, text, then lists of links). */
export const llmsIntroduction = `# Agent Brain

> A local search engine for the code and documents of a project. Ask in words or identifiers; it answers with files, best first, each with the lines that matter. It runs on this machine, offline, without a key.

One question instead of many greps: ask before you read many files. From anywhere in a project:

- Command line: \`agent-brain query --start --json --top-k 5 --max-chars 6000 "where is the lock taken"\` prints one line, \`{"schema_version": 1, "data": {"results": [{"path", "start_line", "end_line", "text", "score", …}], "warnings": []}}\`. \`agent-brain index --start --json\` makes the index equal to the project, \`agent-brain status --json\` says how it stands. Errors are one problem document on standard error with \`code\` and \`hint\`; the exit code says the kind.
- MCP: \`agent-brain mcp\` over standard input and output; \`/mcp\` of a running instance over HTTP.
- HTTP: \`POST /query\` of the instance, with the bearer token of its runtime record.
`;

/** A section of links: name, address, and what is there. */
export const llmsSection = (title: string, links: readonly (readonly [string, string, string])[]): string =>
  `## ${title}\n\n${links.map(([name, address, what]) => `- [${name}](${address}): ${what}`).join('\n')}\n`;
