/**
 * The folder that a journal lives in. Names are segment names; paths are the adapter's business.
 *
 * Adapters: `node-journal-disk.ts`; for the simulator, a disk that loses what was not flushed (`test/simulation`).
 */
export interface JournalDisk {
  /** Segment names in ascending order. */
  readonly listSegments: () => Promise<readonly string[]>;
  readonly read: (name: string) => Promise<Uint8Array>;
  /** Creates a segment holding `bytes`; file and folder are flushed when it resolves. */
  readonly create: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Writes at the end of a segment; not durable before `flush`. Throws `DiskFull` when there is no space. */
  readonly append: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Makes what was appended durable (fdatasync). */
  readonly flush: (name: string) => Promise<void>;
  /** Cuts a segment to `length` bytes and flushes it. */
  readonly truncate: (name: string, length: number) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** Keeps 8 MB of space for the work on screen when the disk is full; made again when there is room. */
  readonly keepReserve: () => Promise<void>;
  /** Gives the reserve up; false when there was none left. */
  readonly releaseReserve: () => Promise<boolean>;
}

export class DiskFull extends Error {
  constructor() {
    super('no space left on the disk');
  }
}
