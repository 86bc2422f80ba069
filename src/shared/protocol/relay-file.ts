import { z } from 'zod';
import { FileHash } from '../kernel/ids';
import { Scope } from '../sync/record';
import { MAX_FILE_BYTES } from './file-message';

/**
 * Files on their way through a hub (§20), known by their SHA-256 and the scope whose key they are sealed with. As
 * `/files` of the province: announce, frames of chunks, finish, manifest, frames; each chunk is sealed
 * (`relay/sealed-chunk.ts`), so its frame is 16 bytes longer and bears the hash of what is sealed.
 */

/** `PUT /relay/files/{sha256}` of a hub: announces a file; repeating it is harmless. */
export const RelayFileAnnouncement = z
  .object({
    /** Of the file itself. */
    sizeBytes: z.int().min(1).max(MAX_FILE_BYTES),
    scope: Scope,
    epoch: z.int().positive(),
  })
  .readonly();
export type RelayFileAnnouncement = z.infer<typeof RelayFileAnnouncement>;

/**
 * Answer to announcement, chunks and finish; `have` as in `FileState`. Chunks are taken in `epoch` alone: one that is newer
 * than what was announced before begins the file anew, an older one goes on in the newer.
 */
export const RelayFileState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('complete'), epoch: z.int().positive() }).readonly(),
  z.object({ state: z.literal('partial'), epoch: z.int().positive(), have: z.base64() }).readonly(),
]);
export type RelayFileState = z.infer<typeof RelayFileState>;

/** `GET /relay/files/{sha256}/manifest?scope=` of a hub. */
export const RelayFileManifest = z
  .object({
    sizeBytes: z.int().positive(),
    epoch: z.int().positive(),
    /** SHA-256 of each sealed chunk, in order. */
    chunks: z.array(FileHash).readonly(),
  })
  .readonly();
export type RelayFileManifest = z.infer<typeof RelayFileManifest>;

/** `?scope=` of a hub's finish, manifest and `GET chunks` (with `&i=0,1,…`). */
export const OfScope = z.object({ scope: Scope });

/** `?scope=&epoch=` of `PUT /relay/files/{sha256}/chunks`, of a hub and of the province. */
export const KeyOfScope = OfScope.extend({ epoch: z.coerce.number().int().positive() });
