import { z } from 'zod';
import { FileHash } from '../kernel/ids';

/** Bytes of a chunk; the last one may be shorter (§10.2). About 4 s at 256 kbit/s. */
export const CHUNK_BYTES = 128 * 1024;

/** Largest file the server takes (van-ban.md §9.4). */
export const MAX_FILE_BYTES = 200 * 1024 * 1024;

export const chunkCount = (sizeBytes: number): number => Math.ceil(sizeBytes / CHUNK_BYTES);

/** `PUT /files/{sha256}`: announces a file; repeating it is harmless. */
export const FileAnnouncement = z
  .object({
    sizeBytes: z.int().min(1).max(MAX_FILE_BYTES),
    mime: z.string().max(100),
    /**
     * Bytes at the start that equal a file which the server holds (a signed version of it): they need not travel.
     * Null for a file that extends none.
     */
    prefix: z.object({ sha256: FileHash, sizeBytes: z.int().positive() }).readonly().nullable(),
  })
  .readonly();
export type FileAnnouncement = z.infer<typeof FileAnnouncement>;

/** What the server has of a file; `have` is a bit a chunk, first chunk in the highest bit of the first byte, base64. */
export const FileState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('complete') }).readonly(),
  z.object({ state: z.literal('partial'), have: z.base64() }).readonly(),
]);
export type FileState = z.infer<typeof FileState>;

/** `GET /files/{sha256}/manifest`: what a download needs to resume and to check each chunk (§10.3). */
export const FileManifest = z
  .object({
    sizeBytes: z.int().positive(),
    mime: z.string(),
    /** SHA-256 of each chunk, in order. */
    chunks: z.array(FileHash).readonly(),
  })
  .readonly();
export type FileManifest = z.infer<typeof FileManifest>;

/**
 * Frame of a chunk in the body of `PUT /files/{sha256}/chunks`: index u32 LE | length u32 LE | SHA-256 (32 bytes) | bytes.
 * Frames follow one another; each is kept as soon as it is whole.
 */
export const CHUNK_HEADER_BYTES = 40;
