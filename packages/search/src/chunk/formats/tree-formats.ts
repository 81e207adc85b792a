/** A key, section or element that holds what is indented below it. */
export interface TreeFormat {
  /** What a comment line begins with. */
  readonly comments: readonly string[];
  /** Sections all stand at the margin, whatever their name says about depth. */
  readonly flat: boolean;
  /** Begins a new document: nothing before it holds what follows. */
  readonly separator?: string;
  /** The label of the node that a line opens, or null. `content` is cut at 400 units. */
  nodeAt(content: string): string | null;
}

const NAMED_ITEM = /^- (?:name|id|key|title|job_name):[ \t]+["']?([^\n"'#]{1,120})/;
const YAML_KEY = /^(?:- )?["']?([\w./@$*-][\w ./@$*:-]{0,120}?)["']?:(?:[ \t]+(?:[|>][+-]?\d?|[&!*][\w./!-]{1,80}))?[ \t]*(?:#.*)?$/;

const yaml: TreeFormat = {
  comments: ['#'],
  flat: false,
  separator: '---',
  nodeAt: (content) => YAML_KEY.exec(content)?.[1] ?? NAMED_ITEM.exec(content)?.[1]?.trim() ?? null,
};

const json: TreeFormat = {
  comments: ['//'],
  flat: false,
  nodeAt: (content) => /^["']?([^"'\n:]{1,120})["']?[ \t]*:[ \t]*[[{]$/.exec(content)?.[1] ?? null,
};

const toml: TreeFormat = {
  comments: ['#', ';'],
  flat: true,
  nodeAt: (content) => /^\[{1,2}[ \t]*([^\]\n]{1,200}?)[ \t]*\]{1,2}/.exec(content)?.[1] ?? null,
};

const TAG = /^<([A-Za-z][\w:.-]{0,80})([^>]{0,300})(>?)/;
const NAME_ATTRIBUTE = /\b(?:id|name|key|x:Name|x:Key)[ \t]*=[ \t]*["']([^"'\n]{1,120})["']/;

const xml: TreeFormat = {
  comments: ['<!--'],
  flat: false,
  nodeAt(content) {
    const match = TAG.exec(content);
    if (match === null || content.endsWith('/>') || content.includes('</')) return null;
    const name = NAME_ATTRIBUTE.exec(match[2] as string)?.[1];
    return name === undefined ? (match[1] as string) : `${match[1]} ${name}`;
  },
};

const byLanguage: Readonly<Record<string, TreeFormat>> = { yaml, json, toml, ini: toml, xml };

/** The format of a settings language, or `undefined`. */
export function treeFormatOf(language: string): TreeFormat | undefined {
  return Object.hasOwn(byLanguage, language) ? byLanguage[language] : undefined;
}
