import { join } from 'node:path';
import { concatBytes, fromUtf8, utf8, type Sha256 } from '@shared/kernel/bytes';
import { canonicalJson } from '@shared/kernel/canonical-json';
import type { Result } from '@shared/kernel/result';
import { decodeSegment, encodeFrame } from '@shared/sync/journal-codec';
import { JournalRecord } from '@shared/sync/journal-record';
import { createJournalState } from '@shared/sync/journal-state';
import { writeDurably } from '../../platform/durable-file';
import type { FilePort } from '../../platform/file-port';
import type { Box, Keys } from '../../platform/keyring';
import type { BackupFolder, Piece } from './backup-folder';
import type { FoundBackup } from './find-backup';
import { sealSegment } from './segment-copy';

/** No server ever gave this one: whoever presents it is told that their history forked (§13.3). */
const SPENT_TICKET = 'restored from a backup';
/** The device's identity: while it is missing the profile counts as empty, and the restore can be done again. */
const LAST_FILE = 'device.bin';

export interface RestoreInto {
  readonly files: FilePort;
  /** A profile that was never enrolled and that nobody has open. */
  readonly dataFolder: string;
  readonly keys: Keys;
  readonly store: (bytes: Uint8Array) => Promise<Result<unknown>>;
  readonly sha256: Sha256;
  /** Names what is moved aside. */
  readonly nowMs: number;
}

/**
 * Brings a backup into an empty profile, sealed by this machine's keys: files, people, journal, and the identity of the
 * device last. Stopped anywhere, it can be done again.
 *
 * The machine comes back as one whose history went back (§13.3): its ticket is spent and its books are closed, so that
 * nothing is sent and no number is given before it goes on as a new incarnation and a person has confirmed the work (I-23).
 */
export async function restoreBackup(
  { folder, manifest }: FoundBackup,
  into: RestoreInto,
): Promise<Result<void>> {
  const { files, dataFolder, keys } = into;
  for (const piece of manifest.files) {
    const stored = await into.store(await mustRead(folder, piece));
    if (!stored.ok) return stored;
  }
  await restoreJournal({ folder, manifest }, into);
  const last = manifest.sealed.filter(({ path }) => path === LAST_FILE);
  const others = manifest.sealed.filter(({ path }) => path !== LAST_FILE);
  for (const { path, purpose, bytes } of [...others, ...last]) {
    const sealed = keys.box(purpose).seal(Buffer.from(bytes, 'base64'));
    await writeDurably(join(dataFolder, path), sealed, files);
  }
  return { ok: true, value: undefined };
}

/** Written beside and then put in the place of the empty one, which is kept: it may be the rest of an earlier try. */
async function restoreJournal(
  { folder, manifest }: FoundBackup,
  { files, dataFolder, keys, sha256, nowMs }: RestoreInto,
): Promise<void> {
  const [place, beside] = [join(dataFolder, 'journal'), join(dataFolder, 'journal.moi')];
  const box = keys.box('journal');
  for (const name of await files.list(beside)) await files.remove(join(beside, name));
  const records: JournalRecord[] = [];
  for (const { name, pieces } of manifest.journal) {
    const plain = await readSegment(folder, pieces);
    records.push(...recordsOf(plain));
    const isLast = name === manifest.journal.at(-1)?.name;
    const end = isLast ? [frameOf(box, closingRecords(records, sha256))] : [];
    const segment = concatBytes(sealSegment(box, plain), ...end);
    await writeDurably(join(beside, `${name}.jnl`), segment, files);
  }
  if ((await files.list(place)).length > 0)
    await files.rename(place, join(dataFolder, `journal.truoc-${nowMs}`));
  await files.rename(beside, place);
  await files.flushFolder(dataFolder);
}

const readSegment = async (
  folder: BackupFolder,
  pieces: readonly Piece[],
): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = [];
  for (const piece of pieces) parts.push(await mustRead(folder, piece));
  return concatBytes(...parts);
};

function recordsOf(plain: Uint8Array): readonly JournalRecord[] {
  const { payloads } = decodeSegment(plain);
  return payloads.flatMap((payload) => JournalRecord.array().parse(JSON.parse(fromUtf8(payload))));
}

/** What keeps the restored machine from going on as the old one. */
function closingRecords(
  records: readonly JournalRecord[],
  sha256: Sha256,
): readonly JournalRecord[] {
  const state = createJournalState(sha256);
  for (const record of records) state.take(record);
  const contact = state.contact();
  return [
    ...(contact ? [JournalRecord.parse({ ...contact, t: 'contact', ticket: SPENT_TICKET })] : []),
    ...state.heldBooks().map((book): JournalRecord => {
      const closed = { ...book, sealed: true };
      return { t: 'heldBook', book: closed };
    }),
  ];
}

const frameOf = (box: Box, records: readonly JournalRecord[]): Uint8Array =>
  encodeFrame(box.seal(utf8(canonicalJson(records))));

/** The disk was pulled out after the backup was found whole. */
async function mustRead(folder: BackupFolder, piece: Piece): Promise<Uint8Array> {
  const bytes = await folder.readPiece(piece);
  if (!bytes) throw new BackupGone();
  return bytes;
}

export class BackupGone extends Error {}
