import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { PACKING, packingWords } from '@shared/protocol/packing';

test('§6.4: other words are another coding with another name, or old and new programs read rubbish', () => {
  const hash = createHash('sha256').update(packingWords()).digest('hex');

  expect(PACKING).toBe(`tcv-${hash.slice(0, 8)}`);
  // Who has to change this line has made a new coding: servers must go on to understand the old name for two versions.
  expect(PACKING).toBe('tcv-1b563fc8');
});

test('§6.4: of a large question the end counts, which is as far as deflate looks back', () => {
  const large = new Uint8Array(100_000).fill(7);

  expect(packingWords(large).length).toBe(packingWords().length + 32 * 1024);
});
