/** The parts of JSON Schema 2020-12 that zod writes for our messages. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Defs;
  /** Name of a type that is declared elsewhere. */
  readonly 'x-type'?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly description?: string;
}

type Defs = Readonly<Record<string, JsonSchema>>;

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/**
 * A JSON schema as a TypeScript type, descriptions as comments.
 * @param depth of objects around it, for the indent
 * @throws an error for what it does not know: a type must never quietly become wider than its schema
 */
export function typeOf(schema: JsonSchema, depth = 0, defs: Defs = schema.$defs ?? {}): string {
  if (schema['x-type'] !== undefined) return schema['x-type'];
  if (schema.$ref !== undefined) return typeOf(resolve(schema.$ref, defs), depth, defs);
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((part) => typeOf(part, depth, defs)).join(' | ');
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map((part) => typeOf(part, depth, defs)).join(', ')}]`;
  if (schema.type === 'array') return arrayOf(typeOf(schema.items ?? {}, depth, defs));
  if (schema.type === 'object') return schema.properties === undefined ? recordOf(schema, depth, defs) : objectOf(schema, depth, defs);
  const names = [schema.type ?? []].flat().map((name) => scalars[name]);
  if (names.length > 0 && !names.includes(undefined)) return names.join(' | ');
  if (depth > 0 && Object.keys(schema).every((key) => key === 'description')) return 'unknown';
  throw new Error(`no type for the schema ${JSON.stringify(schema)}`);
}

function resolve(ref: string, defs: Defs): JsonSchema {
  const found = defs[ref.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`the schema ${ref} is not there`);
  return found;
}

const arrayOf = (item: string): string => (item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`);

function recordOf({ propertyNames, additionalProperties, ...rest }: JsonSchema, depth: number, defs: Defs): string {
  if (typeof additionalProperties !== 'object') throw new Error(`no type for the schema ${JSON.stringify(rest)}`);
  const key = propertyNames === undefined ? 'string' : typeOf(propertyNames, depth + 1, defs);
  const record = `Record<${key}, ${typeOf(additionalProperties, depth + 1, defs)}>`;
  return key === 'string' ? record : `Partial<${record}>`;
}

function objectOf({ properties = {}, required = [] }: JsonSchema, depth: number, defs: Defs): string {
  const indent = '  '.repeat(depth + 1);
  const lines = Object.entries(properties).map(([name, property]) => {
    const comment = property.description === undefined ? '' : `${indent}/** ${property.description} */\n`;
    return `${comment}${indent}${name}${required.includes(name) ? '' : '?'}: ${typeOf(property, depth + 1, defs)};`;
  });
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

const literal = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));
