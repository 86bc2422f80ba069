import { createHash } from 'node:crypto';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { CHUNK_BYTES } from '@shared/protocol/file-message';
import type { Queryable } from '../../db/queryable';
import type { ObjectStore } from '../../storage/objects';
import { fileRepository, type FileRow } from '../files/file-repository';

/** A complete file of the sender, ready to become one of the receiver. */
export interface CopiedFile {
  readonly sha256: string;
  readonly row: FileRow;
}

interface Copying {
  readonly from: string;
  readonly to: string;
  /** The sender's document. */
  readonly documentId: string;
  readonly files: readonly AttachedFile[];
}

export interface CopyDeps {
  readonly db: Queryable;
  readonly objects: ObjectStore;
}

/**
 * Copies the bytes of files into another office's part of the store: the same bytes in two offices are two files
 * (I-13). Nobody may read them there before `linkCopies` names a record.
 *
 * @returns undefined while the server does not hold every file whole (§10.1: the gate of dispatch)
 */
export async function copyFiles(
  { db, objects }: CopyDeps,
  { from, to, documentId, files }: Copying,
): Promise<readonly CopiedFile[] | undefined> {
  const repository = fileRepository(db);
  const copies: CopiedFile[] = [];
  for (const { sha256 } of files) {
    const row = await repository.find(from, sha256);
    // A hash that the document only names is no file of its (I-13): it waits as long as for one that is not there.
    if (!row?.is_complete || !(await repository.isLinkedBy(from, sha256, documentId)))
      return undefined;
    copies.push({ sha256, row });
  }
  for (const { sha256, row } of copies) {
    await objects.put(to, sha256, checkedBytes(objects, from, sha256, row.size_bytes));
  }
  return copies;
}

/** The object's bytes; throws at the end when they are not what the name says, and then nothing is stored (I-18). */
async function* checkedBytes(
  objects: ObjectStore,
  officeId: string,
  sha256: string,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  const whole = createHash('sha256');
  for (let start = 0; start < sizeBytes; start += CHUNK_BYTES) {
    const end = Math.min(start + CHUNK_BYTES, sizeBytes);
    const bytes = await objects.read(officeId, sha256, start, end);
    if (bytes?.length !== end - start) throw new Error(`object ${sha256} is cut short`);
    whole.update(bytes);
    yield bytes;
  }
  if (whole.digest('hex') !== sha256) throw new Error(`object ${sha256} is damaged`);
}

/** Makes copies readable to whoever may see the record; in the transaction that puts the record. */
export async function linkCopies(
  tx: Queryable,
  officeId: string,
  recordId: string,
  copies: readonly CopiedFile[],
): Promise<void> {
  for (const { sha256, row } of copies) {
    // The receiver may have begun to upload the same file, or claimed another size for it: what lies in the store wins,
    // and what was staged proves nothing.
    await tx.query(
      `delete from file_proof using file
        where file_proof.office_id = $1 and file_proof.sha256 = $2 and not file.is_complete
          and file.office_id = file_proof.office_id and file.sha256 = file_proof.sha256`,
      [officeId, sha256],
    );
    await tx.query(
      `insert into file (office_id, sha256, size_bytes, mime, is_complete, chunk_hashes)
       values ($1, $2, $3, $4, true, $5)
       on conflict (office_id, sha256) do update
         set size_bytes = excluded.size_bytes, is_complete = true,
             chunk_hashes = excluded.chunk_hashes
         where not file.is_complete`,
      [officeId, sha256, row.size_bytes, row.mime, row.chunk_hashes],
    );
    await tx.query(
      `insert into file_link (office_id, sha256, record_id) values ($1, $2, $3)
       on conflict do nothing`,
      [officeId, sha256, recordId],
    );
  }
}
