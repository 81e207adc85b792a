import { expect, test } from 'vitest';
import { healthProof, newInstanceId, newToken } from './index.ts';
import { isProofRight, newNonce } from './identity-proof.ts';

test('the proof is the one that the contract writes down', () => {
  // printf '%s' '0123456789abcdef0123456789abcdef|ab_000000000000|8123' | openssl dgst -sha256 -hmac abt_secret
  expect(healthProof('abt_secret', '0123456789abcdef0123456789abcdef', 'ab_000000000000', 8123)).toBe(
    '5cb537b5850d40419b6a98059555d32e10918b76bfd520cfdcda90ad2c7fd369',
  );
});

test('a proof is right only when it is the same, whatever else comes', () => {
  const proof = healthProof('t', 'n', 'i', 1);
  expect(
    [proof, proof.toUpperCase(), proof.slice(1), `${proof}0`, '', 'ü'.repeat(32), undefined].map((given) => isProofRight(proof, given)),
  ).toEqual([true, false, false, false, false, false, false]);
});

test('tokens, ids and nonces have their forms and do not repeat', () => {
  expect(newToken()).toMatch(/^abt_[\w-]{43}$/);
  expect(newInstanceId()).toMatch(/^ab_[0-9a-f]{12}$/);
  expect(newNonce()).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(Array.from({ length: 1000 }, newToken)).size).toBe(1000);
});
