/**
 * The settings of the section `core` of a git configuration, by lower-case name; the last one counts. Linear in the text,
 * which is foreign. Includes and lines that go on behind a backslash are not followed: what is read here is never so long.
 */
export function parseCoreSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  let isCore = false;
  for (const full of text.split('\n')) {
    let line = full.trim();
    if (line.startsWith('[')) {
      const end = line.indexOf(']');
      if (end < 0) continue;
      isCore = line.slice(1, end).trim().toLowerCase() === 'core';
      line = line.slice(end + 1).trim();
    }
    if (!isCore || !/^[a-z]/i.test(line)) continue;
    const equals = line.indexOf('=');
    const name = (equals < 0 ? line : line.slice(0, equals)).trim().toLowerCase();
    // A name alone means true.
    settings.set(name, equals < 0 ? 'true' : unquoted(line.slice(equals + 1).trim()));
  }
  return settings;
}

/** git-config(1), "Values": quotes anywhere, comments outside of them, five escapes. */
function unquoted(value: string): string {
  let text = '';
  let isQuoted = false;
  for (let at = 0; at < value.length; at++) {
    const letter = value[at] as string;
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === '\\') text += escapes[value[++at] ?? ''] ?? '';
    else if (!isQuoted && (letter === '#' || letter === ';')) return text.trimEnd();
    else text += letter;
  }
  return text;
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t', b: '\b' };
