import { toHex, utf8, type Sha256 } from '../../kernel/bytes';
import { canonicalJson } from '../../kernel/canonical-json';
import type { Lease } from './custody';

/** A number as its holder wrote it down: flushed before anybody sees the number (sync §9.4). */
export interface HeldEntry {
  readonly registerId: string;
  readonly epoch: number;
  readonly number: number;
  readonly documentId: string;
  readonly date: string;
  /** Chain hash of the entry before, or the chain's start. */
  readonly prevEntryHash: string;
}

/** What the first entry of a lease is chained to, SHA-256 in hex. */
export const chainStart = ({ registerId, epoch, fromNumber }: Lease, sha256: Sha256): string =>
  toHex(sha256(utf8(canonicalJson({ registerId, epoch, fromNumber }))));

/** Chain hash of an entry, SHA-256 in hex: two histories of one lease differ from their first different entry on. */
export const entryHash = (entry: HeldEntry, sha256: Sha256): string => {
  const { registerId, epoch, number, documentId, date, prevEntryHash } = entry;
  const text = canonicalJson({ registerId, epoch, number, documentId, date, prevEntryHash });
  return toHex(sha256(utf8(text)));
};
