/**
 * What a terminal would act on instead of showing: C0 and C1 controls, DEL, line separators, and the
 * marks that reorder text (CVE-2021-42574). Names and texts come from repositories that nobody vetted.
 */
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;
const dangerousInLine = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** A text of many lines; line feeds and tabs stay. A carriage return before a line feed goes. */
export const printableText = (text: string): string => text.replaceAll('\r\n', '\n').replace(dangerous, visible);

/** A name, path or other text that must stay on its line. */
export const printableLine = (text: string): string => text.replace(dangerousInLine, visible);

/**
 * Colours, and links to files in the form that `fileLink` writes, are the only things that output may ask of a terminal.
 */
const foreign = /\u001b\[[0-9;]*m|\u001b\]8;;(?:file:\/\/[!-~]*)?\u001b\\|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The last guard before the stream, for what a renderer forgot: colours and links to files pass, every other control is shown. */
export const guardControls = (text: string): string => text.replace(foreign, (match) => (match.length > 1 ? match : visible(match)));

/** JSON that is safe on a terminal as well: JSON itself escapes C0 alone. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, unicodeEscape);

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function visible(character: string): string {
  const known = named[character];
  if (known !== undefined) return known;
  const code = character.charCodeAt(0);
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : unicodeEscape(character);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
