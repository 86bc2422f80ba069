import { CHUNK_HEADER_BYTES } from '@shared/protocol/file-message';

/** A chunk as it came: whether it fits its hash is the reader's to look at. */
export interface ChunkFrame {
  readonly index: number;
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * Frames as they become whole; what is cut at the end is dropped. Ends at a length that no chunk can have, with a frame
 * without bytes.
 */
export async function* readFrames(
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<ChunkFrame> {
  let held = Buffer.alloc(0);
  for await (const part of body) {
    held = Buffer.concat([held, part]);
    while (held.length >= CHUNK_HEADER_BYTES) {
      const length = held.readUInt32LE(4);
      if (length === 0 || length > mostBytes) {
        yield { index: held.readUInt32LE(0), hash: held.subarray(8, 40), bytes: Buffer.alloc(0) };
        return;
      }
      const end = CHUNK_HEADER_BYTES + length;
      if (held.length < end) break;
      yield {
        index: held.readUInt32LE(0),
        hash: held.subarray(8, CHUNK_HEADER_BYTES),
        bytes: held.subarray(CHUNK_HEADER_BYTES, end),
      };
      held = held.subarray(end);
    }
  }
}

const CUT_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ABORT_ERR',
]);

/** Did the other side go away in the middle? What came before counts. */
export const isCut = (cause: unknown): boolean =>
  cause instanceof Error &&
  (cause.name === 'AbortError' || ('code' in cause && CUT_CODES.has(String(cause.code))));
