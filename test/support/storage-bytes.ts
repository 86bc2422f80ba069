/**
 * What Chromium's storage holds, as a search over bytes has to see it: LevelDB writes its tables in blocks that Snappy
 * has packed, its logs in fragments, and IndexedDB packs large values once more. Formats: LevelDB's `table_format.md`,
 * `log_format.md`, Snappy's `format_description.txt`.
 */

/** Unpacks as far as the bytes make sense; a cut or foreign input gives what came out until then. */
export function unpackSnappy(packed: Uint8Array): Uint8Array {
  const length = readVarint(packed, 0);
  if (!length || length.value > MOST_BYTES) return new Uint8Array();
  const out = new Uint8Array(length.value);
  let at = length.next;
  let end = 0;
  while (at < packed.length && end < out.length) {
    const tag = packed[at] ?? 0;
    const kind = tag & 3;
    at += 1;
    if (kind === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      const size = (extra === 0 ? tag >> 2 : readLittle(packed, at, extra)) + 1;
      at += extra;
      const part = packed.subarray(at, at + Math.min(size, out.length - end));
      out.set(part, end);
      at += size;
      end += part.length;
      continue;
    }
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const bytes = kind === 1 ? 1 : kind === 2 ? 2 : 4;
    const low = readLittle(packed, at, bytes);
    const offset = kind === 1 ? low | ((tag >> 5) << 8) : low;
    at += bytes;
    if (offset === 0 || offset > end) break;
    for (let i = 0; i < size && end < out.length; i++, end++) out[end] = out[end - offset] ?? 0;
  }
  return out.subarray(0, end);
}

/** No block or value of a test profile is larger. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The blocks of a table (`.ldb`), unpacked; none for another kind of file. */
export function tableBlocks(file: Uint8Array): readonly Uint8Array[] {
  const footer = file.length - 48;
  if (footer < 0 || !TABLE_MAGIC.every((byte, i) => file[footer + 40 + i] === byte)) return [];
  const metaOffset = readVarint(file, footer);
  const metaSize = metaOffset && readVarint(file, metaOffset.next);
  const index = metaSize && readHandle(file, metaSize.next);
  if (!index) return [];
  const entries = blockAt(file, index);
  return handlesIn(entries).map((handle) => blockAt(file, handle));
}

const TABLE_MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

/** A log (`.log`, manifest) without the heads of its fragments, so that a record lies in one piece. */
export function logRecords(file: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let block = 0; block < file.length; block += LOG_BLOCK) {
    const end = Math.min(block + LOG_BLOCK, file.length);
    for (let at = block; at + LOG_HEAD <= end;) {
      const size = readLittle(file, at + 4, 2);
      const kind = file[at + 6] ?? 0;
      if (kind === 0 || kind > 4) break;
      parts.push(file.subarray(at + LOG_HEAD, Math.min(at + LOG_HEAD + size, end)));
      at += LOG_HEAD + size;
    }
  }
  return Buffer.concat(parts);
}

const LOG_BLOCK = 32 * 1024;
const LOG_HEAD = 7;

/** Values that IndexedDB itself has packed: version 0xff 0x11, then 2 for Snappy. */
export function packedValues(bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(PACKED); at >= 0; at = buffer.indexOf(PACKED, at + 1)) {
    found.push(unpackSnappy(bytes.subarray(at + PACKED.length)));
  }
  return found;
}

const PACKED = Buffer.from([0xff, 0x11, 0x02]);

interface Handle {
  readonly offset: number;
  readonly size: number;
}

function blockAt(file: Uint8Array, { offset, size }: Handle): Uint8Array {
  const bytes = file.subarray(offset, offset + size);
  return file[offset + size] === 1 ? unpackSnappy(bytes) : bytes;
}

/** The values of an index block: where each data block lies. */
function handlesIn(block: Uint8Array): readonly Handle[] {
  const restarts = readLittle(block, block.length - 4, 4);
  const end = block.length - 4 - restarts * 4;
  const handles: Handle[] = [];
  for (let at = 0; at < end;) {
    const shared = readVarint(block, at);
    const own = shared && readVarint(block, shared.next);
    const value = own && readVarint(block, own.next);
    if (!own || !value) break;
    const start = value.next + own.value;
    const handle = readHandle(block, start);
    if (handle) handles.push(handle);
    at = start + value.value;
  }
  return handles;
}

function readHandle(bytes: Uint8Array, at: number): Handle | undefined {
  const offset = readVarint(bytes, at);
  const size = offset && readVarint(bytes, offset.next);
  return offset && size ? { offset: offset.value, size: size.value } : undefined;
}

function readVarint(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}

function readLittle(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value += (bytes[at + i] ?? 0) * 2 ** (8 * i);
  return value;
}
