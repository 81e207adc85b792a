import { describe, expect, test } from 'vitest';
import { bindAddress } from './bind-host.ts';

describe('bindAddress (checklist 1)', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.8.9.10', '127.8.9.10'],
    ['::1', '::1'],
    ['localhost', '127.0.0.1'],
  ])('%s binds %s', (given, bound) => {
    expect(bindAddress(given)).toBe(bound);
  });

  test.each(['0.0.0.0', '::', '192.168.0.1', '::ffff:127.0.0.1', '127.0.0.1.evil.test', '127.1', 'example.org'])(
    '%s is refused',
    (given) => {
      expect(() => bindAddress(given)).toThrow(
        expect.objectContaining({ code: 'BIND_HOST_UNPROTECTED', message: expect.stringContaining(given) }),
      );
    },
  );
});
