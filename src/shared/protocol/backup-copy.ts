import { z } from 'zod';

/**
 * The second copy of a workstation's backup at the hub (§15, §20): sealed blobs by the backup's own names, which the hub
 * can neither open nor make. A workstation writes its own; who has its recovery key may read it, enrolled or not.
 *
 * Blobs travel in parts of at most this many bytes.
 */
export const COPY_PART_BYTES = 4 * 1024 * 1024;

/** The blobs a backup has, and no other path. */
export const CopyName = z
  .string()
  .regex(/^(khoa\.json|ban-sao-\d{12}\.bin|du-lieu\/[0-9a-f]{64})$/);

/** `PUT /relay/copies/own/blob`: one part; the blob is there when the last one is. */
export const CopyPart = z
  .object({
    name: CopyName,
    at: z.coerce.number().int().nonnegative(),
    size: z.coerce.number().int().positive(),
  })
  .readonly();
export type CopyPart = z.infer<typeof CopyPart>;

/** `GET /relay/copies/{id}/blob`: the part that begins at `at`. */
export const CopyRead = CopyPart.unwrap().omit({ size: true }).readonly();

/** A workstation's copy: its device and incarnation. */
export const CopyId = z.string().regex(/^[0-9a-f-]{36}\.\d{1,9}$/);

/** What lies in a copy, by name. */
export const CopyListing = z
  .object({ blobs: z.array(z.object({ name: CopyName, sizeBytes: z.int() }).readonly()) })
  .readonly();
export type CopyListing = z.infer<typeof CopyListing>;

/** `POST /relay/copies/own/reader`: who may read this copy, Ed25519 in SPKI DER. */
export const CopyReader = z.object({ publicKey: z.base64().max(100) }).readonly();

/** `POST /relay/copies/own/remove` */
export const CopyRemoval = z.object({ name: CopyName }).readonly();

export const CopyChallenge = z.object({ nonce: z.string() }).readonly();

/** `GET /relay/copies`: the copies of this reader. */
export const CopyList = z.object({ copies: z.array(CopyId).readonly() }).readonly();

export const Done = z.object({}).readonly();

/** What a reader signs; said with each request, until the nonce is over. */
export const readerText = (nonce: string): string => `tram-cong-vu copyReader ${nonce}`;

/** A reader's bearer token: base64 has no dots, nonces do. */
export const readerToken = (publicKey: string, proof: string, nonce: string): string =>
  `${publicKey}.${proof}.${nonce}`;
