/**
 * Which way knowledge flows: a package, and what it may import of the others. A whole package by its
 * name, one of its folders by `name/folder`.
 */
export const packageDirection: Record<string, readonly string[]> = {
  contract: [],
  runtime: ['contract'],
  search: ['contract', 'runtime/files', 'runtime/git'],
  client: ['contract', 'runtime'],
  mcp: ['contract', 'runtime/printable', 'runtime/project', 'client'],
  server: ['contract', 'runtime', 'search', 'mcp/http'],
  cli: ['contract', 'runtime', 'client', 'mcp/stdio'],
};

export interface LibraryDoor {
  readonly name: string;
  readonly libraries: readonly string[];
  /** Folders that may know them, `package/src/folder`. */
  readonly folders: readonly string[];
  readonly reason: string;
}

/** Doors: the only folders that may know a library which speaks a wire format, a file format or the kernel. */
export const libraryDoors: readonly LibraryDoor[] = [
  {
    name: 'http',
    libraries: ['fastify', '@fastify/[^/]+', 'fastify-type-provider-zod'],
    folders: ['server/src/http'],
    reason: 'HTTP is known to the http door alone',
  },
  {
    name: 'metrics',
    libraries: ['prom-client'],
    folders: ['server/src/metrics'],
    reason: 'the exposition format is loaded when it is first asked for',
  },
  { name: 'arguments', libraries: ['commander'], folders: ['cli/src/command-line'], reason: 'arguments are parsed in one place' },
  {
    name: 'settings',
    libraries: ['jsonc-parser', 'smol-toml', 'diff'],
    folders: ['cli/src/registration'],
    reason: 'one place changes the files of other programs',
  },
  { name: 'prompts', libraries: ['@clack/prompts'], folders: ['cli/src/terminal'], reason: 'one place knows whether somebody can answer' },
  { name: 'tables', libraries: ['cli-table3'], folders: ['cli/src/tables'], reason: 'one place prints tables' },
  { name: 'database', libraries: ['sqlite'], folders: ['search/src/store'], reason: 'the store interface hides the database' },
  { name: 'kernel-lock', libraries: ['fs-native-extensions'], folders: ['runtime/src/locks'], reason: 'one lock primitive everywhere' },
  {
    name: 'watcher',
    libraries: ['@parcel/watcher-[^/]+'],
    folders: ['server/src/watch'],
    reason: 'one interface hides the events of the platform',
  },
  { name: 'logger', libraries: ['pino'], folders: ['runtime/src/log'], reason: 'one logger' },
  {
    name: 'documents',
    libraries: ['unpdf'],
    folders: ['search/src/extract'],
    reason: 'document formats are read in one place, loaded when first met',
  },
];
