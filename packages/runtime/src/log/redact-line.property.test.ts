import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactLine } from './index.ts';

const secrets = ['token', 'authorization', 'Bearer', 'bearer ', 'abt_x', '"', '\\', '?token=', '\n', 'cookie'];
const text = fc.array(fc.oneof(fc.constantFrom(...secrets), fc.string()), { maxLength: 6 }).map((parts) => parts.join(''));
const value = fc.object({
  key: fc.oneof(fc.constantFrom('token', 'Authorization', 'a'), text),
  values: [text, fc.integer(), fc.constant(null)],
  maxDepth: 3,
});

test('a redacted line of JSON is JSON', () => {
  fc.assert(
    fc.property(value, (logged) => {
      const line = redactLine(JSON.stringify({ logged, msg: JSON.stringify(logged) }));
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }),
  );
});

test('values of secret keys are gone at any depth', () => {
  fc.assert(
    fc.property(fc.constantFrom('token', 'Authorization', 'refresh_token', 'api_key', 'client_secret'), text, (key, secret) => {
      const line = redactLine(JSON.stringify({ a: [{ [key]: secret }] }));
      expect(JSON.parse(line)).toEqual({ a: [{ [key]: '[redacted]' }] });
    }),
  );
});
