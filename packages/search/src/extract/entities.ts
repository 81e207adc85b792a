const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  copy: '©',
  reg: '®',
  trade: '™',
  times: '×',
  middot: '·',
  bull: '•',
  laquo: '«',
  raquo: '»',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  larr: '←',
  rarr: '→',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
  shy: '',
  zwnj: '',
  lbrace: '{',
  rbrace: '}',
  lsqb: '[',
  rsqb: ']',
  lowbar: '_',
  ast: '*',
  num: '#',
};

/** Decodes numeric references and the names in frequent use; others stay as they are. Never makes a line end. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}));/g,
    (entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] as string) : entity;
      const point = decimal === undefined ? Number.parseInt(hex as string, 16) : Number.parseInt(decimal, 10);
      const isUsable = point >= 32 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
      return isUsable ? String.fromCodePoint(point) : ' ';
    },
  );
}
