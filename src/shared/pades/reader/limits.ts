/** What a file may ask of the reader before it is put aside as "không kiểm tra được". */
export const limits = {
  /** Arrays and dictionaries inside each other, and references that lead to references. */
  nesting: 64,
  revisions: 1_000,
  signatures: 200,
  /** Bytes one stream may inflate to, and all streams that are read together. */
  inflatedStream: 64 * 1024 * 1024,
  inflatedTotal: 256 * 1024 * 1024,
  /** Highest object number; ISO 32000-1 Annex C names 8,388,607. */
  objects: 8_388_607,
  pages: 20_000,
  fields: 20_000,
  /** Objects visited while two revisions are compared. */
  visits: 3_000_000,
} as const;

/** `time` and `memory` are held by whoever runs the reader in a thread of its own. */
export type LimitName = keyof typeof limits | 'time' | 'memory';
