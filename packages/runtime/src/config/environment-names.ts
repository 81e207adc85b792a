import { configKeyNames, daemonConfigSchema, environmentName } from '@agent-brain/contract/config';
import { nearestName } from '@agent-brain/contract/names';

/** Variables that are no configuration key: where things are, not how they behave. */
export const otherVariables = {
  AGENT_BRAIN_HOME: 'Directory of the registry and the user configuration instead of `~/.agent-brain`; absolute',
  AGENT_BRAIN_PROJECT: 'The project, as `--project` names it',
  AGENT_BRAIN_STATE_DIR: 'State directory of the project instead of `.claude/agent-brain` in it; absolute',
  AGENT_BRAIN_BIN: 'The `agent-brain` program that clients start',
} as const;

/** Known, but of use only inside this repository. */
const testVariables = [
  'AGENT_BRAIN_TEST',
  'AGENT_BRAIN_TEST_SUITE',
  'AGENT_BRAIN_COMPILE_CACHE',
  'AGENT_BRAIN_RUN_SOURCES',
  'AGENT_BRAIN_FAULT',
  'AGENT_BRAIN_SOAK',
  'AGENT_BRAIN_TICK_MS',
];

const PREFIX = 'AGENT_BRAIN_';

/** What all names share would make them look alike. */
const withoutPrefix = (name: string): string => name.slice(PREFIX.length);

/** A line for every variable that looks like ours and is not: it would be set in vain. */
export function environmentWarnings(env: Readonly<Record<string, string | undefined>>): string[] {
  const keys = new Set<string>([...configKeyNames, ...Object.keys(daemonConfigSchema.omit({ $schema: true }).shape)]);
  const known = [...[...keys].map(environmentName), ...Object.keys(otherVariables)];
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name) && !testVariables.includes(name))
    .toSorted()
    .map((name) => {
      const meant = nearestName(withoutPrefix(name), known.map(withoutPrefix));
      return `The variable ${name} has no meaning and is ignored${meant === undefined ? '' : `; did you mean ${PREFIX}${meant}?`}`;
    });
}
