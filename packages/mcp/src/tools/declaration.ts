const KEYWORDS =
  'function|class|interface|type|enum|struct|trait|union|record|object|protocol|module|namespace|package|mod|def|defp|defmodule|defmacro|fn|func|fun|sub|proc|macro|const|let|var|val|static|constexpr|typedef|using|impl|extension|actor|data|newtype|instance|theorem|lemma|table|view|procedure|service|message|rpc|resource|variable';
/** What begins a statement that is no declaration, whatever follows. */
const statement =
  /^\s*(?:return|await|yield|throw|if|while|for|switch|case|else|elif|assert|print|new|delete|del|raise|import|from|require|include)\b/;

const goReceiver = /^\s*func\s*\([^)]*\)/;

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The patterns of one name. Whole words: a letter, digit, `_` or `$` on either side makes another name of it. */
export interface NamePatterns {
  isIn(line: string): boolean;
  isDeclared(line: string): boolean;
  isCalled(line: string): boolean;
}

/**
 * Judges lines by their shape alone, for languages in general. Linear: no pattern repeats inside another.
 * @param name one identifier
 */
export function patternsOf(name: string): NamePatterns {
  const word = `(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_$])`;
  const anywhere = new RegExp(word, 'u');
  const keyword = new RegExp(`(?:^|[^\\p{L}\\p{N}_$])(?:${KEYWORDS}|#define)\\s[^=;{]{0,80}?${word}`, 'u');
  const assigned = new RegExp(`^[^=(]{0,80}${word}\\s*(?::[^=]{0,80})?=[^=]`, 'u');
  const method = new RegExp(
    `^[\\p{L}\\p{N}_$<>,.*&:@\\s\\[\\]]{0,120}${word}\\s*(?:<[^>(]{0,80}>)?\\([^;]{0,400}(?:\\{|:|=>|->|\\bthrows\\b)[^;]{0,120}$`,
    'u',
  );
  const called = new RegExp(`${word}\\s{0,4}(?:\\?\\.|!|::)?(?:<[^>(]{0,80}>)?\\(`, 'u');
  const isDeclared = (line: string): boolean => !statement.test(line) && (keyword.test(line) || assigned.test(line) || method.test(line));
  return { isIn: (line) => anywhere.test(line), isDeclared, isCalled: (line) => called.test(line) && !isDeclaredHead(line) };

  /** A call inside a declaration (`const x = name()`) is a call all the same. */
  function isDeclaredHead(line: string): boolean {
    const before = line.slice(0, line.search(anywhere)).replace(goReceiver, '');
    return isDeclared(line) && !before.includes('=') && !before.includes('(');
  }
}
