import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A bearer token: 256 random bits behind a fixed prefix, by which logs and scanners know it. */
export const newToken = (): string => `abt_${randomBytes(32).toString('base64url')}`;

/** `ab_` and 12 hex digits. */
export const newInstanceId = (): string => `ab_${randomBytes(6).toString('hex')}`;

/** 32 hex digits; fresh for every question, so that an old answer proves nothing. */
export const newNonce = (): string => randomBytes(16).toString('hex');

/** Hex HMAC-SHA256 that only the owner of the token can make (docs/design/instances.md#health-identity). */
export const healthProof = (token: string, nonce: string, instanceId: string, port: number): string =>
  createHmac('sha256', token).update(`${nonce}|${instanceId}|${port}`).digest('hex');

/** Compares in constant time, so that a proof cannot be guessed digit by digit. */
export function isProofRight(expected: string, given: string | undefined): boolean {
  const [wanted, got] = [Buffer.from(expected), Buffer.from(given ?? '')];
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}
