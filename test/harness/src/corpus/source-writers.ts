import type { Random } from '../random/index.ts';
import type { Vocabulary } from './words.ts';

export interface SourceWriter {
  readonly extension: string;
  /** Text of about so many bytes. */
  write(bytes: number): string;
}

type Part = () => string;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Parts until the size is reached. */
function fill(bytes: number, part: Part): string {
  let text = '';
  while (text.length < bytes) text += `${part()}\n`;
  return text;
}

/** What all languages are made of. */
function makeParts(words: Vocabulary, random: Random) {
  const { word } = words;
  const several = (count: number, separator: string, part: Part): string => {
    let text = part();
    for (let n = 1; n < count; n += 1) text += separator + part();
    return text;
  };
  const capitalWord = (): string => capital(word());
  return {
    word,
    several,
    number: (): number => random.below(100),
    /** `parseSegmentHeader`, of one to three words. */
    camel: (): string => word() + [0, 1, 2].slice(0, random.below(3)).map(capitalWord).join(''),
    snake: (): string => several(1 + random.below(3), '_', word),
    sentence: (): string => `${capital(several(5 + random.below(12), ' ', word))}.`,
    /** Some lines, each by one of these. */
    body: (choices: readonly Part[]): string => several(3 + random.below(14), '\n', () => random.pick(choices)()),
  };
}

function typescript(words: Vocabulary, random: Random): SourceWriter {
  const { word, camel, sentence, body, number } = makeParts(words, random);
  const statements: Part[] = [
    () => `  const ${camel()} = ${camel()}(${camel()}, ${number()});`,
    () => `  if (${camel()} !== undefined) return ${camel()}.${camel()};`,
    () => `  for (const ${word()} of ${camel()}) ${camel()}.push(${word()}.${camel()});`,
    () => `  // ${sentence()}`,
    () => `  throw new Error(\`${word()} ${word()} \${${camel()}}\`);`,
  ];
  const declaration = (): string => {
    const head = `export function ${camel()}(${camel()}: ${capital(camel())}, ${word()}: string): ${capital(camel())} {`;
    return `/** ${sentence()} */\n${head}\n${body(statements)}\n  return ${camel()};\n}\n`;
  };
  return { extension: 'ts', write: (bytes) => fill(bytes, declaration) };
}

function python(words: Vocabulary, random: Random): SourceWriter {
  const { word, camel, snake, sentence, body, number, several } = makeParts(words, random);
  const statements: Part[] = [
    () => `        ${snake()} = self.${snake()}(${snake()}, ${word()}=${number()})`,
    () => `        if not ${snake()}:\n            raise ValueError("${word()} ${word()}")`,
    () => `        for ${word()} in ${snake()}:\n            ${snake()}.append(${word()})`,
    () => `        # ${sentence()}`,
  ];
  const method = (): string =>
    `    def ${snake()}(self, ${snake()}):\n        """${sentence()}"""\n${body(statements)}\n        return ${snake()}\n`;
  const declaration = (): string => `class ${capital(camel())}(${capital(word())}):\n${several(1 + random.below(4), '\n', method)}\n`;
  return { extension: 'py', write: (bytes) => fill(bytes, declaration) };
}

function go(words: Vocabulary, random: Random): SourceWriter {
  const { word, camel, sentence, body, number } = makeParts(words, random);
  const statements: Part[] = [
    () => `\t${camel()}, err := ${camel()}(${camel()})\n\tif err != nil {\n\t\treturn nil, err\n\t}`,
    () => `\t${camel()}.${capital(camel())} = ${number()}`,
    () => `\tfor _, ${word()} := range ${camel()} {\n\t\t${camel()}(${word()})\n\t}`,
  ];
  const declaration = (): string => {
    const receiver = capital(camel());
    const head = `func (${receiver.charAt(0).toLowerCase()} *${receiver}) ${capital(camel())}(${camel()} string) (*${receiver}, error) {`;
    return `// ${sentence()}\n${head}\n${body(statements)}\n\treturn nil, nil\n}\n`;
  };
  return { extension: 'go', write: (bytes) => `package ${word()}\n\n${fill(bytes, declaration)}` };
}

function markdown(words: Vocabulary, random: Random): SourceWriter {
  const { word, sentence, several } = makeParts(words, random);
  const paragraph = (): string => `${several(2 + random.below(6), ' ', sentence)}\n`;
  const section = (): string => (random() < 0.3 ? `## ${capital(word())} ${word()}\n\n${paragraph()}` : paragraph());
  return { extension: 'md', write: (bytes) => `# ${sentence()}\n\n${fill(bytes, section)}` };
}

/** Writers of several languages; code is more frequent than documents. */
export function sourceWriters(words: Vocabulary, random: Random): SourceWriter[] {
  const [one, other, third, text] = [typescript, python, go, markdown].map((make) => make(words, random)) as [
    SourceWriter,
    SourceWriter,
    SourceWriter,
    SourceWriter,
  ];
  return [one, one, other, other, third, text];
}
