import { invariant } from '../kernel/assert';
import { crc32c } from '../kernel/crc32c';

/**
 * Bytes of a journal segment:
 *
 *     magic      8 bytes   "TCVJNL01"
 *     frame *              length u32 LE | CRC-32C u32 LE of the payload | payload (sealed by the device key)
 *
 * A payload is a JSON array of records that were appended together. A segment is only appended to. What follows its
 * last whole frame is the torn end of a write that was never answered.
 */
const MAGIC = new Uint8Array([0x54, 0x43, 0x56, 0x4a, 0x4e, 0x4c, 0x30, 0x31]);
const FRAME_BYTES = 8;

/** A frame larger than this cannot have been written by us: the length field is damaged. */
export const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;

export const segmentHeader = (): Uint8Array<ArrayBuffer> => MAGIC.slice();

/** One frame; throws for a payload that could not be read back. */
export function encodeFrame(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  invariant(payload.length <= MAX_PAYLOAD_BYTES, 'a frame is small enough to be read back');
  const frame = new Uint8Array(FRAME_BYTES + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32c(payload), true);
  frame.set(payload, FRAME_BYTES);
  return frame;
}

export type DecodedSegment =
  /** `end` = offset after the last whole frame; bytes behind it, if any, are a torn write. */
  | { readonly state: 'whole'; readonly payloads: readonly Uint8Array[]; readonly end: number }
  | {
      readonly state: 'torn';
      readonly payloads: readonly Uint8Array[];
      readonly end: number;
    }
  /** A bad frame with good ones behind it: not a torn write but damage. `at` = its offset. */
  | { readonly state: 'damaged'; readonly payloads: readonly Uint8Array[]; readonly at: number };

/** Reads a segment's frames in order and tells a torn end from damage in the middle (§4.2). */
export function decodeSegment(bytes: Uint8Array): DecodedSegment {
  const payloads: Uint8Array[] = [];
  if (bytes.length < MAGIC.length || !MAGIC.every((byte, i) => bytes[i] === byte)) {
    return isTornHeader(bytes)
      ? { state: 'torn', payloads, end: 0 }
      : { state: 'damaged', payloads, at: 0 };
  }
  let at = MAGIC.length;
  while (at < bytes.length) {
    const payload = readFrame(bytes, at);
    if (!payload) {
      return hasFrameAfter(bytes, at)
        ? { state: 'damaged', payloads, at }
        : { state: 'torn', payloads, end: at };
    }
    payloads.push(payload);
    at += FRAME_BYTES + payload.length;
  }
  return { state: 'whole', payloads, end: at };
}

/** Every whole frame of a damaged segment, also behind what cannot be read. */
export function decodeFrames(bytes: Uint8Array): readonly Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const payload = readFrame(bytes, at);
    if (payload) payloads.push(payload);
    at += payload ? FRAME_BYTES + payload.length : 1;
  }
  return payloads;
}

/** A new segment that was cut: the beginning of the magic and nothing else but a length filled with zeros. */
function isTornHeader(bytes: Uint8Array): boolean {
  const written = MAGIC.findIndex((byte, i) => bytes[i] !== byte);
  return bytes.subarray(written).every((byte) => byte === 0);
}

function readFrame(bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (at + FRAME_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FRAME_BYTES);
  const length = view.getUint32(0, true);
  if (length === 0 || length > MAX_PAYLOAD_BYTES) return undefined;
  const start = at + FRAME_BYTES;
  if (start + length > bytes.length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return crc32c(payload) === view.getUint32(4, true) ? payload : undefined;
}

function hasFrameAfter(bytes: Uint8Array, bad: number): boolean {
  for (let at = bad + 1; at + FRAME_BYTES < bytes.length; at++) {
    if (readFrame(bytes, at)) return true;
  }
  return false;
}
