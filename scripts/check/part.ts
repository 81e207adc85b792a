/** What one check found, and what it saw while looking. */
export interface PartResult {
  /** One line each, ready to print; empty means good. */
  findings: string[];
  /** Files the tool says it has looked at. */
  seen: number;
  /** Files it had to look at, by the repository's own list. */
  expected: number;
  /** Anything worth knowing that is no finding. */
  notes?: string[];
}

export interface Part {
  readonly name: string;
  readonly question: string;
  /** Fewer expected files than this mean that the repository's list itself is broken. */
  readonly minimum: number;
  /** @param areas look at these alone, as far as the question can be asked of a part (`changed-areas.ts`); all when undefined */
  run(root: string, areas?: readonly string[]): Promise<PartResult>;
}

/**
 * The floor under a check: a tool that saw nothing finds nothing and looks green. Returns the
 * complaints, or an empty list when the tool saw at least what the repository holds.
 */
export function floorFindings(
  { name, minimum }: Pick<Part, 'name' | 'minimum'>,
  { seen, expected }: Pick<PartResult, 'seen' | 'expected'>,
): string[] {
  const findings: string[] = [];
  if (expected < minimum)
    findings.push(`${name}: only ${expected} files to look at, at least ${minimum} were expected: the list of files is broken`);
  if (seen < expected) findings.push(`${name}: saw ${seen} of ${expected} files: a check that does not see a file says nothing about it`);
  return findings;
}
