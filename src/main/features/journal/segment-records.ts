import { z } from 'zod';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { canonicalJson } from '@shared/kernel/canonical-json';
import { err, ok, type Result } from '@shared/kernel/result';
import { decodeSegment, encodeFrame } from '@shared/sync/journal-codec';
import { JournalRecord } from '@shared/sync/journal-record';

/** Seals payloads with the device key; `open` gives undefined for what the key did not seal. */
export interface Sealer {
  readonly seal: (payload: Uint8Array) => Uint8Array;
  readonly open: (sealed: Uint8Array) => Uint8Array | undefined;
}

/** Records that are appended together share one frame: a power cut leaves all of them or none. */
const JournalRecords = z.array(JournalRecord);

export const encodeRecords = (sealer: Sealer, records: readonly JournalRecord[]): Uint8Array =>
  records.length === 0 ? new Uint8Array() : encodeFrame(sealer.seal(utf8(canonicalJson(records))));

export type ReadSegmentFailure = { readonly code: 'journal.damaged' | 'journal.newer-format' };

export interface ReadSegment {
  readonly records: readonly JournalRecord[];
  /** Offset after the last whole frame. */
  readonly end: number;
  readonly isTorn: boolean;
}

export function openPayload(
  sealer: Sealer,
  payload: Uint8Array,
): Result<readonly JournalRecord[], ReadSegmentFailure> {
  const opened = sealer.open(payload);
  if (!opened) return err({ code: 'journal.damaged' });
  const records = JournalRecords.safeParse(JSON.parse(fromUtf8(opened)));
  return records.success ? ok(records.data) : err({ code: 'journal.newer-format' });
}

/** The records of a segment in order; a torn end is left out and told. */
export function readSegment(
  sealer: Sealer,
  bytes: Uint8Array,
): Result<ReadSegment, ReadSegmentFailure> {
  const decoded = decodeSegment(bytes);
  if (decoded.state === 'damaged') return err({ code: 'journal.damaged' });
  const all: JournalRecord[] = [];
  for (const payload of decoded.payloads) {
    const records = openPayload(sealer, payload);
    if (!records.ok) return records;
    all.push(...records.value);
  }
  return ok({ records: all, end: decoded.end, isTorn: decoded.state === 'torn' });
}
