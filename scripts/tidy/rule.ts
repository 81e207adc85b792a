/** A rule of the house that a file's name and text can show. */
export interface Rule {
  readonly name: string;
  /** Why the rule is there, printed with every finding. */
  readonly reason: string;
  /** `file` is a repository path with `/`. */
  applies(file: string): boolean;
  /** What is wrong, each with its line (1-based; 0 is the whole file). */
  check(text: string, file: string): Breach[];
}

export interface Breach {
  line: number;
  what: string;
}

/** One breach for every line that the pattern matches. */
export function matchingLines(text: string, pattern: RegExp): Breach[] {
  return text.split('\n').flatMap((content, index) => {
    const match = pattern.exec(content);
    return match === null ? [] : [{ line: index + 1, what: match[0].trim() }];
  });
}
