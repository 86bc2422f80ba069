/** Where complete files lie, by office and SHA-256. Adapters: `folder-objects.ts` and `s3-objects.ts`. */
export interface ObjectStore {
  /** Stores an object whole and flushed, or not at all; storing it twice, also at once, is harmless. */
  readonly put: (
    officeId: string,
    sha256: string,
    chunks: AsyncIterable<Uint8Array>,
  ) => Promise<void>;
  /** Bytes from `start` up to, not including, `end`; undefined when the object is not there. */
  readonly read: (
    officeId: string,
    sha256: string,
    start: number,
    end: number,
  ) => Promise<Uint8Array | undefined>;
}
