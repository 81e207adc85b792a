/** A module and what it imports, as repository paths. */
export interface ModuleEdges {
  source: string;
  targets: readonly string[];
}

/**
 * Folders of one package that know each other in a circle, although no file does. Returns one line
 * per circle, beginning with its alphabetically first folder.
 */
export function folderCycles(modules: readonly ModuleEdges[]): string[] {
  const graph = new Map<string, Set<string>>();
  for (const { source, targets } of modules) {
    const from = folderOf(source);
    if (from === undefined) continue;
    for (const target of targets) {
      const to = folderOf(target);
      if (to === undefined || to === from) continue;
      graph.set(from, (graph.get(from) ?? new Set()).add(to));
    }
  }
  const circles = new Set<string>();
  for (const start of [...graph.keys()].toSorted()) {
    const circle = shortestWayBack(graph, start);
    if (circle !== undefined && circle.every((folder) => folder >= start)) circles.add([...circle, start].join(' → '));
  }
  return [...circles];
}

function folderOf(file: string): string | undefined {
  return /^(packages\/[^/]+\/src\/[^/]+)\//.exec(file)?.[1];
}

function shortestWayBack(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] | undefined {
  const ways: string[][] = [[start]];
  const visited = new Set<string>();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return way;
      if (visited.has(next)) continue;
      visited.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}
