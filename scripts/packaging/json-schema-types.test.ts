import { expect, test } from 'vitest';
import { typeOf } from './json-schema-types.ts';

test.each([
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 'b'] }, "'a' | 'b'"],
  [{ const: false }, 'false'],
  [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number | null'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, "('a' | 'b')[]"],
  [{ type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'number' } }, 'Record<string, number>'],
  [{ type: 'object', propertyNames: { enum: ['a'] }, additionalProperties: {} }, "Partial<Record<'a', unknown>>"],
  [{ $ref: '#/$defs/A', $defs: { A: { type: 'boolean' } } }, 'boolean'],
  [{ type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }] }, '[number, string]'],
  [{ type: 'array', items: { 'x-type': 'Named', type: 'object' } }, 'Named[]'],
])('%j is %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

test('an object keeps what is optional and what its fields say of themselves', () => {
  const inner = { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] };
  const schema = { type: 'object', properties: { a: inner, c: { type: 'number', description: 'How many' } }, required: ['a'] };
  expect(typeOf(schema)).toBe('{\n  a: {\n    b: string;\n  };\n  /** How many */\n  c?: number;\n}');
});

test.each([[{}], [{ type: 'widget' }], [{ type: 'object' }], [{ $ref: '#/$defs/None' }], [{ type: 'tuple', description: 'x' }]])(
  '%j is refused rather than widened',
  (schema) => {
    expect(() => typeOf(schema)).toThrow(/no type|is not there/);
  },
);
