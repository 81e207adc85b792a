import type { CodeRules, DeclarationRule } from './code-rules.ts';

const ASCII = 128;

/** {@link CodeRules} as a scanner uses them. */
export interface ScanRules extends CodeRules {
  readonly byFirst: DeclarationsByFirst;
}

/** Which rules are worth a look at a line: few patterns can begin with the character it begins with. */
class DeclarationsByFirst {
  readonly #all: readonly DeclarationRule[];
  readonly #byCode: (readonly DeclarationRule[] | undefined)[] = new Array(ASCII).fill(undefined);

  constructor(all: readonly DeclarationRule[]) {
    this.#all = all;
  }

  /** @param code unit of a line's first character */
  of(code: number): readonly DeclarationRule[] {
    if (code >= ASCII) return this.#all;
    return (this.#byCode[code] ??= this.#all.filter(({ firsts }) => firsts === null || firsts[code] === 1));
  }
}

const made = new Map<CodeRules, ScanRules>();

/** All properties in one order, whatever a language has of them: objects of many forms make every look at them slow. */
export function scanRulesOf(rules: CodeRules): ScanRules {
  let complete = made.get(rules);
  if (complete === undefined) {
    complete = {
      byFirst: new DeclarationsByFirst(rules.declarations),
      declarations: rules.declarations,
      lineComments: rules.lineComments,
      blockComment: rules.blockComment,
      longQuotes: rules.longQuotes,
      attributes: rules.attributes,
      prefixLine: rules.prefixLine,
      blocks: rules.blocks,
      endWord: rules.endWord,
      trailingName: rules.trailingName,
      objectMembers: rules.objectMembers,
      preprocessor: rules.preprocessor,
      clauses: rules.clauses,
    };
    made.set(rules, complete);
  }
  return complete;
}
