import { expect, test } from 'vitest';
import { normaliseAddress } from '../../../../src/main/features/session/session';

test.each([
  ['may-chu.tinh.vn', 'https://may-chu.tinh.vn'],
  [' may-chu.tinh.vn:8787/ ', 'https://may-chu.tinh.vn:8787'],
  ['http://10.0.0.5:8787', 'http://10.0.0.5:8787'],
  ['127.0.0.1:8787', 'http://127.0.0.1:8787'],
  ['localhost:8787', 'http://localhost:8787'],
])('%s is understood as %s', (typed, address) => {
  expect(normaliseAddress(typed)).toBe(address);
});

test.each(['', 'http://', 'ftp://x', 'https://a:b@c.vn', 'https://c.vn/duong-dan', 'a b'])(
  '"%s" is no address',
  (typed) => {
    expect(normaliseAddress(typed)).toBeUndefined();
  },
);
