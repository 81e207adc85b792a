const temporary = /^\..*\.tmp$/;

const homeNames = new Set([
  'registry.json',
  'registry.own.json',
  'registry.copy.json',
  'registry.lock',
  'registry.holder.json',
  'config.lock',
  'config.holder.json',
  'runtime.json',
  'daemon.lock',
  'daemon.holder.json',
  'daemon-start.lock',
  'daemon-start.holder.json',
  'logs',
  'projects',
  'daemons',
  'instances',
  'cache',
  'backups',
]);
/** Something stood in the place of a file of ours. */
const setAside = /^(?:untrusted|copied)-\d{4}-/;
const damaged = /^registry\.corrupt-.*\.json$/;

/** A folder of things that a start has moved out of the way. */
export const isSetAside = (name: string): boolean => setAside.test(name);

/** What we write into the home, the user's own configuration aside. The home may be a directory that holds other things as well. */
export const isOursInHome = (name: string): boolean =>
  homeNames.has(name) || damaged.test(name) || setAside.test(name) || temporary.test(name);

const stateNames = new Set([
  'state.json',
  'runtime.json',
  'agent-brain.lock',
  'agent-brain.holder.json',
  'agent-brain.pid',
  'start.lock',
  'start.holder.json',
  'queue',
  'data',
  'logs',
]);

/** What we write into a state dir; config.json and .gitignore may be committed and belong to the project. */
export const isOursInStateDir = (name: string): boolean => stateNames.has(name) || setAside.test(name) || temporary.test(name);
