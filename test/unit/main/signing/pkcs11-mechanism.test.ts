import { expect, test } from 'vitest';
import { ecdsaToDer } from '../../../../src/main/features/signing/pkcs11-mechanism';
import { fromHex, toHex } from '../../../../src/shared/kernel/bytes';

test.each([
  ['plain numbers', '01027f02', '30080202010202027f02'],
  ['a first bit that is set', 'ff00 0001', '3008020300ff00020101'],
  ['leading zeros', '0000 0080', '300702010002020080'],
])('K-14: r and s with %s become two INTEGERs', (_kind, raw, der) => {
  const bytes = fromHex(raw.replaceAll(' ', ''));

  expect(toHex(ecdsaToDer(bytes))).toBe(der);
});
