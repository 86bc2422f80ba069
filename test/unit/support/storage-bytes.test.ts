import { expect, test } from 'vitest';
import { logRecords, packedValues, tableBlocks, unpackSnappy } from '../../support/storage-bytes';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const literal = (words: string) => [(words.length - 1) << 2, ...Buffer.from(words)];
/** "mật lộ mật lộ" with the second half as a copy of the first. */
const half = Buffer.from('mật lộ ');
const packed = Uint8Array.from([
  half.length * 2,
  (half.length - 1) << 2,
  ...half,
  ((half.length - 4) << 2) | 1,
  half.length,
]);

test('Snappy: literals and copies, also overlapping ones', () => {
  expect(text(unpackSnappy(packed))).toBe('mật lộ mật lộ ');
  expect(text(unpackSnappy(Uint8Array.from([9, ...literal('a'), (7 << 2) | 2, 1, 0])))).toBe(
    'aaaaaaaaa',
  );
});

test('Snappy: what is cut gives what came out until then', () => {
  expect(text(unpackSnappy(packed.subarray(0, -2)))).toBe('mật lộ ');
});

test('LevelDB: the blocks of a table are found by its index and unpacked', () => {
  const data = [...packed, 1, 0, 0, 0, 0];
  const index = [0, 1, 2, 0x6b, 0, packed.length, 0, 0, 0, 0, 1, 0, 0, 0];
  const handles = [0, 0, data.length, index.length];
  const footer = [...handles, ...Array<number>(40 - handles.length).fill(0)];
  const magic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
  const table = Uint8Array.from([...data, ...index, 0, 0, 0, 0, 0, ...footer, ...magic]);

  expect(tableBlocks(table).map(text)).toEqual(['mật lộ mật lộ ']);
});

test('LevelDB: a record that a log has cut in two is whole again', () => {
  const first = [0, 0, 0, 0, 3, 0, 2, ...Buffer.from('mar')];
  const second = [0, 0, 0, 0, 3, 0, 4, ...Buffer.from('ker')];

  expect(text(logRecords(Uint8Array.from([...first, ...second])))).toBe('marker');
});

test('IndexedDB: a value that is packed inside a block is unpacked too', () => {
  const block = Uint8Array.from([1, 2, 3, 0xff, 0x11, 0x02, ...packed]);

  expect(packedValues(block).map(text)).toEqual(['mật lộ mật lộ ']);
});
