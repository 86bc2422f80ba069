import type { FileHash } from '@shared/kernel/ids';
import type { Result } from '@shared/kernel/result';
import type { Box } from '../../platform/keyring';
import { pieceOf, type BackupFolder, type Manifest, type Piece } from './backup-folder';
import { openSegment } from './segment-copy';

const MANIFESTS_KEPT = 3;
/** The end of a growing segment is written again at each backup; what lies before is not. */
const PIECE_BYTES = 256 * 1024;

/** What of a workstation has no other place. */
export interface BackupSource {
  /** The journal's segments as they lie on the disk, oldest first. */
  readonly readSegments: (
    visit: (name: string, bytes: Uint8Array) => Promise<void>,
  ) => Promise<void>;
  readonly journalBox: Pick<Box, 'open'>;
  /** Files whose only whole copy may lie here; asked after the journal was read. */
  readonly pinnedFiles: () => ReadonlySet<FileHash>;
  readonly sizeOf: (sha256: FileHash) => Promise<number | undefined>;
  readonly read: (sha256: FileHash) => Promise<Result<Uint8Array>>;
  readonly readSealed: () => Promise<Manifest['sealed']>;
  readonly describe: () => Promise<Omit<Manifest, 'version' | 'journal' | 'files' | 'sealed'>>;
}

/** What earlier backups of this run have found, so that nothing is read twice. */
export interface BackupMemory {
  /** Pieces that were read back since the program started. */
  readonly verified: Set<FileHash>;
  /** Segments as they were cut last. */
  readonly segments: Map<string, { readonly sha256: FileHash; readonly pieces: readonly Piece[] }>;
}

export const createBackupMemory = (): BackupMemory => ({
  verified: new Set(),
  segments: new Map(),
});

/** The program ends or another folder was chosen: what is half written is left, and is no backup. */
export class BackupStopped extends Error {}

export interface WriteBackup {
  readonly folder: BackupFolder;
  readonly source: BackupSource;
  readonly memory: BackupMemory;
  readonly isStopped: () => boolean;
}

/**
 * Adds a backup to the folder (§15): what is not there yet, read back, then the manifest that names everything, then what
 * nobody names any more goes. Whatever fails on the way, the backups before stay whole.
 *
 * @returns files that a saved act names and that cannot be read here, left out
 */
export async function writeBackup(work: WriteBackup): Promise<{ readonly unreadable: number }> {
  const { folder, source } = work;
  const journal = await copyJournal(work);
  const { files, unreadable } = await copyFiles(work);
  const sealed = await source.readSealed();
  const about = await source.describe();
  await folder.writeManifest({ version: 1, ...about, journal, files, sealed });
  await folder.prune(MANIFESTS_KEPT);
  return { unreadable };
}

async function copyJournal(work: WriteBackup): Promise<Manifest['journal']> {
  const { source, memory } = work;
  const journal: Manifest['journal'] = [];
  await source.readSegments(async (name, bytes) => {
    const known = memory.segments.get(name);
    const { sha256 } = pieceOf(bytes);
    if (known?.sha256 === sha256 && (await areThere(work, known.pieces))) {
      journal.push({ name, pieces: [...known.pieces] });
      return;
    }
    const plain = openSegment(source.journalBox, bytes);
    const pieces: Piece[] = [];
    for (let at = 0; at < plain.length; at += PIECE_BYTES) {
      const part = plain.subarray(at, at + PIECE_BYTES);
      const piece = pieceOf(part);
      await copyPiece(work, piece, async () => part);
      pieces.push(piece);
    }
    memory.segments.set(name, { sha256, pieces });
    journal.push({ name, pieces });
  });
  return journal;
}

async function copyFiles(work: WriteBackup) {
  const { source } = work;
  const files: Piece[] = [];
  let unreadable = 0;
  for (const sha256 of source.pinnedFiles()) {
    const sizeBytes = await source.sizeOf(sha256);
    const piece = sizeBytes === undefined ? undefined : { sha256, sizeBytes };
    const isCopied =
      piece &&
      (await copyPiece(work, piece, async () => {
        const read = await source.read(sha256);
        return read.ok && pieceOf(read.value).sha256 === sha256 ? read.value : undefined;
      }));
    if (isCopied) files.push(piece);
    else unreadable += 1;
  }
  return { files, unreadable };
}

/** False when there are no such bytes to copy. */
async function copyPiece(
  { folder, memory, isStopped }: WriteBackup,
  piece: Piece,
  load: () => Promise<Uint8Array | undefined>,
): Promise<boolean> {
  if (isStopped()) throw new BackupStopped();
  const isKnown = memory.verified.has(piece.sha256) && (await folder.hasPiece(piece));
  if (isKnown) return true;
  if (!(await folder.readPiece(piece))) {
    const bytes = await load();
    if (!bytes) return false;
    await folder.writePiece(piece, bytes);
  }
  memory.verified.add(piece.sha256);
  return true;
}

async function areThere({ folder }: WriteBackup, pieces: readonly Piece[]): Promise<boolean> {
  for (const piece of pieces) if (!(await folder.hasPiece(piece))) return false;
  return true;
}
