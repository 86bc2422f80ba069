/** Buffers of the files that fill theirs alone: what goes to another thread is moved there, not copied (O-1). */
export const handOver = (files: readonly Uint8Array[]): ArrayBuffer[] => [
  ...new Set(
    files.flatMap(({ buffer, byteLength }) =>
      buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
    ),
  ),
];
