import { concatBytes } from '@shared/kernel/bytes';
import { decodeSegment, encodeFrame, segmentHeader } from '@shared/sync/journal-codec';
import type { Box } from '../../platform/keyring';

/**
 * A segment of the journal with its payloads opened: the same frames, readable without this machine's keys. A segment that
 * has grown begins with the same bytes as before. A torn end, which nobody was promised, is left out.
 */
export const openSegment = (box: Pick<Box, 'open'>, bytes: Uint8Array): Uint8Array =>
  convert(bytes, (payload) => box.open(payload));

/** The segment again as a journal keeps it, for the machine of this box. */
export const sealSegment = (box: Pick<Box, 'seal'>, plain: Uint8Array): Uint8Array =>
  convert(plain, (payload) => box.seal(payload));

function convert(
  bytes: Uint8Array,
  each: (payload: Uint8Array) => Uint8Array | undefined,
): Uint8Array {
  const { state, payloads } = decodeSegment(bytes);
  if (state === 'damaged') throw new Error('a segment of the journal is damaged');
  const frames = payloads.map((payload) => {
    const converted = each(payload);
    if (!converted) throw new Error('a frame of the journal cannot be opened');
    return encodeFrame(converted);
  });
  return concatBytes(segmentHeader(), ...frames);
}
