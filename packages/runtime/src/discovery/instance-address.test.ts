import { describe, expect, test } from 'vitest';
import { instanceAddress } from './index.ts';

describe('the address of an instance', () => {
  test.each([
    ['http://127.0.0.1:8123', '127.0.0.1', '127.0.0.1'],
    ['http://127.0.0.1:8123/', '127.0.0.1', '127.0.0.1'],
    ['http://127.0.0.9:8123', '127.0.0.9', '127.0.0.9'],
    ['http://[::1]:8123', '::1', '::1'],
    ['http://0.0.0.0:8123', '0.0.0.0', '127.0.0.1'],
    ['http://127.0.0.1:8123', '0.0.0.0', '127.0.0.1'],
    ['http://[::]:8123', '::', '::1'],
    ['http://192.0.2.7:8123', '192.0.2.7', '192.0.2.7'],
    ['http://build.example:8123', 'Build.example', 'build.example'],
  ])('%s, bound to %s, is %s', (base_url, bind_host, host) => {
    expect(instanceAddress({ base_url, bind_host, port: 8123 })).toEqual({ host, port: 8123 });
  });

  test.each([
    'http://192.0.2.7:8123',
    'http://127.0.0.1.evil.example:8123',
    'http://localhost.evil.example:8123',
    'http://127.0.0.1:8124',
    'http://127.0.0.1',
    'https://127.0.0.1:8123',
    'http://user:abt_x@127.0.0.1:8123',
    'http://127.0.0.1:8123/health?next=',
    'file:///etc/passwd',
    'not a URL',
  ])('%s is refused for one that is bound to 127.0.0.1 and port 8123', (base_url) => {
    expect(instanceAddress({ base_url, bind_host: '127.0.0.1', port: 8123 })).toBeUndefined();
  });
});
