import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { equalBytes, fromUtf8, utf8 } from '@shared/kernel/bytes';
import { FileHash } from '@shared/kernel/ids';
import { createBox } from '../../platform/keyring';
import type { BackupStore } from './backup-store';

/**
 * One workstation's backup (§15), in a folder or at the office's hub:
 *
 *     khoa.json                  the backup's key, sealed by the recovery key (recovery-lock.ts)
 *     ban-sao-NNNNNNNNNNNN.bin   manifests, sealed; the one with the greatest number is the newest
 *     du-lieu/<name>             pieces of the journal and files, sealed; name = HMAC-SHA-256 of the plain SHA-256
 *
 * A piece is written once and never changed; the same bytes have the same name, so that what is there already is not written
 * again. A manifest is written after all that it names.
 */
const MANIFEST_NAME = /^ban-sao-(\d{12})\.bin$/;
const PIECES = 'du-lieu';
/** Nonce and tag of a sealed piece. */
const SEAL_BYTES = 28;

/** Bytes that lie in the backup as one piece. */
export const Piece = z.object({ sha256: FileHash, sizeBytes: z.int().nonnegative() }).readonly();
export type Piece = z.infer<typeof Piece>;

export const Manifest = z
  .object({
    version: z.literal(1),
    /** Milliseconds since the epoch by that PC's wall clock, for people. */
    createdAt: z.number(),
    deviceName: z.string(),
    officeName: z.string(),
    /** Full names of the people who may sign in there without a line. */
    people: z.array(z.string()).readonly(),
    /** Saved operations without a final outcome. */
    pending: z.int().nonnegative(),
    /** Rows of unfinished batches. */
    rows: z.int().nonnegative(),
    /** Segments in order, each cut into pieces: frames as in the journal, their payloads not sealed. */
    journal: z.array(z.object({ name: z.string().regex(/^\d{8}$/), pieces: z.array(Piece) })),
    /** Whole files of the content store. */
    files: z.array(Piece),
    /** Small files that this machine's keys sealed, opened. */
    sealed: z.array(
      z.object({
        path: z.string().regex(/^(device|users\/[0-9a-f-]{36})\.bin$/),
        purpose: z.enum(['device', 'vault']),
        bytes: z.base64(),
      }),
    ),
  })
  .readonly();
export type Manifest = z.infer<typeof Manifest>;

/** What was written is not what lies there. */
export class NotReadBack extends Error {
  constructor() {
    super('the backup does not hold what was written');
  }
}

export type BackupFolder = ReturnType<typeof openBackupFolder>;

/** @param key 32 bytes, the backup's own */
export function openBackupFolder(store: BackupStore, key: Uint8Array) {
  const derived = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', key, '', `tram-cong-vu sao luu ${purpose}`, 32));
  const box = createBox(derived('noi dung'));
  const nameKey = derived('ten');
  const nameOf = ({ sha256 }: Piece) => createHmac('sha256', nameKey).update(sha256).digest('hex');
  const pathOf = (piece: Piece) => `${PIECES}/${nameOf(piece)}`;

  /** The piece's bytes; undefined when it is missing or not what its name says. */
  async function readPiece(piece: Piece): Promise<Uint8Array | undefined> {
    const sealed = await store.read(pathOf(piece));
    const bytes = sealed && box.open(sealed);
    return bytes && hashOf(bytes) === piece.sha256 ? bytes : undefined;
  }

  async function readManifest(name: string): Promise<Manifest | undefined> {
    const sealed = await store.read(name);
    const opened = sealed && box.open(sealed);
    return opened && Manifest.safeParse(JSON.parse(fromUtf8(opened))).data;
  }

  /** Manifests that can be read, newest first. */
  async function listManifests() {
    const found: { readonly name: string; readonly manifest: Manifest }[] = [];
    for (const name of (await store.list()).toReversed()) {
      const manifest = MANIFEST_NAME.test(name) ? await readManifest(name) : undefined;
      if (manifest) found.push({ name, manifest });
    }
    return found;
  }

  return {
    listManifests,
    readPiece,

    /** Whether a piece of this size lies there; its bytes are not looked at. */
    hasPiece: async (piece: Piece): Promise<boolean> =>
      (await store.sizeOf(pathOf(piece))) === piece.sizeBytes + SEAL_BYTES,

    /** Writes a piece and reads it back. */
    async writePiece(piece: Piece, bytes: Uint8Array): Promise<void> {
      await store.write(pathOf(piece), box.seal(bytes));
      if (!(await readPiece(piece))) throw new NotReadBack();
    },

    /** Writes the newest manifest and reads it back. */
    async writeManifest(manifest: Manifest): Promise<void> {
      const last = (await store.list()).findLast((name) => MANIFEST_NAME.test(name));
      const number = Number(MANIFEST_NAME.exec(last ?? '')?.[1] ?? 0) + 1;
      const name = `ban-sao-${String(number).padStart(12, '0')}.bin`;
      const sealed = box.seal(utf8(JSON.stringify(manifest)));
      await store.write(name, sealed);
      const there = await store.read(name);
      if (!there || !equalBytes(there, sealed)) throw new NotReadBack();
    },

    /** Keeps the newest manifests that can be read and what they name; everything else of ours goes. */
    async prune(keep: number): Promise<void> {
      const kept = (await listManifests()).slice(0, keep);
      const names = new Set(kept.map(({ name }) => name));
      for (const name of await store.list())
        if (MANIFEST_NAME.test(name) && !names.has(name)) await store.remove(name);
      // A manifest is gone for good before the first piece that it alone named.
      await store.flush();
      const named = new Set(kept.flatMap(({ manifest }) => piecesOf(manifest)).map(nameOf));
      for (const name of await store.list(PIECES))
        if (!named.has(name)) await store.remove(`${PIECES}/${name}`);
    },
  };
}

export const piecesOf = ({ journal, files }: Manifest): readonly Piece[] => [
  ...journal.flatMap(({ pieces }) => pieces),
  ...files,
];

export const pieceOf = (bytes: Uint8Array): Piece => ({
  sha256: FileHash.parse(hashOf(bytes)),
  sizeBytes: bytes.length,
});

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
