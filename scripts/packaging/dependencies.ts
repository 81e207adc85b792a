/** A library that the product uses, and why it is there rather than code of our own. */
export interface RuntimeDependency {
  readonly name: string;
  /**
   * `bundled`: its code is in our files. `installed`: npm installs it beside them. `native`: packages
   * `<name>-<platform>`, of which npm installs the one of its platform, and none where there is none.
   */
  readonly way: 'bundled' | 'installed' | 'native';
  readonly reason: string;
}

/**
 * Every direct runtime dependency of the workspaces. What is bundled costs no module resolution at
 * start-up; what is installed has native code or files of its own, or is large and rarely needed.
 */
export const runtimeDependencies: readonly RuntimeDependency[] = [
  { name: '@clack/prompts', way: 'bundled', reason: 'asks before something is removed; prompts that work in every terminal' },
  { name: '@fastify/swagger', way: 'bundled', reason: 'makes the OpenAPI document from the route table' },
  {
    name: '@fastify/swagger-ui',
    way: 'installed',
    reason: 'the API pages at /docs without a request to the outside; brings its own static files',
  },
  {
    name: '@modelcontextprotocol/node',
    way: 'bundled',
    reason: "hands Node.js's requests and responses to the MCP server library",
  },
  { name: '@modelcontextprotocol/server', way: 'bundled', reason: 'MCP in both protocol eras; loaded when an agent asks' },
  {
    name: '@parcel/watcher',
    way: 'native',
    reason: 'file system events of whole trees outside Linux; without it folders are compared every few minutes there',
  },
  { name: 'cli-table3', way: 'bundled', reason: 'tables with right widths for wide characters' },
  { name: 'commander', way: 'bundled', reason: 'arguments, help, suggestions for mistyped commands' },
  { name: 'diff', way: 'bundled', reason: 'shows what would change in the settings of an agent' },
  { name: 'fastify', way: 'bundled', reason: 'HTTP with limits and timeouts that are configured, not written by hand' },
  { name: 'fastify-type-provider-zod', way: 'bundled', reason: 'one zod schema validates, types and documents a route' },
  {
    name: 'fs-native-extensions',
    way: 'installed',
    reason: 'kernel file locks (open file description locks on Linux), which Node.js does not offer; native code, prebuilt',
  },
  {
    name: 'jschardet',
    way: 'bundled',
    reason: 'tells the encoding of sources that are not Unicode, by far better than others on a few words; loaded with the first such file',
  },
  { name: 'jsonc-parser', way: 'bundled', reason: 'reads the settings of agents that hold comments, and finds places in them' },
  { name: 'pino', way: 'bundled', reason: 'structured log lines with redaction' },
  { name: 'prom-client', way: 'bundled', reason: 'the exposition format of /metrics' },
  { name: 'smol-toml', way: 'bundled', reason: 'reads and writes TOML, in which Codex keeps its settings' },
  { name: 'unpdf', way: 'installed', reason: 'text of PDF files; loaded when the first one is met' },
  { name: 'zod', way: 'bundled', reason: 'one schema per message and record: types, validation, OpenAPI' },
];
