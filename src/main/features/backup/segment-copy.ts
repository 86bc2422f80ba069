import { concatBytes } from '@shared/kernel/bytes';
import { decodeSegment, encodeFrame, segmentHeader } from '@shared/sync/journal-codec';
import type { Box } from '../../platform/keyring';

/**
 * A segment of the journal with its payloads opened: the same frames, readable without this machine's keys. A segment that
 * has grown begins with the same bytes as before. A torn end, which nobody was promised, is left out.
 */
export function openSegment(box: Pick<Box, 'open'>, bytes: Uint8Array): Uint8Array {
  const { state, payloads } = decodeSegment(bytes);
  if (state === 'damaged') throw new Error('a segment of the journal is damaged');
  const frames = payloads.map((payload) => {
    const opened = box.open(payload);
    if (!opened) throw new Error('a frame of the journal cannot be opened');
    return encodeFrame(opened);
  });
  return concatBytes(segmentHeader(), ...frames);
}
