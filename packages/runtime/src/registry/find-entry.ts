import type { Registry, RegistryEntry } from '@agent-brain/contract/instances';

/**
 * The entry of a root. A root has a second one after its state dir was overridden; then the one that was used last
 * counts, so that clients without AGENT_BRAIN_STATE_DIR find what the others use.
 */
export function findByRoot(registry: Pick<Registry, 'entries'>, root: string): RegistryEntry | undefined {
  return registry.entries
    .filter((entry) => entry.project_root === root)
    .reduce<RegistryEntry | undefined>(
      (latest, entry) => (latest === undefined || lastUse(entry) >= lastUse(latest) ? entry : latest),
      undefined,
    );
}

/** A state dir belongs to one entry at most. */
export const findByStateDir = (registry: Pick<Registry, 'entries'>, stateDir: string): RegistryEntry | undefined =>
  registry.entries.find((entry) => entry.state_dir === stateDir);

export const findByStateId = (registry: Pick<Registry, 'entries'>, stateId: string): RegistryEntry | undefined =>
  registry.entries.find((entry) => entry.state_id === stateId);

const lastUse = (entry: RegistryEntry): string => entry.last_started ?? entry.first_seen;
