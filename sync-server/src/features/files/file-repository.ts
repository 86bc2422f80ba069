import { z } from 'zod';
import type { Queryable } from '../../db/queryable';

const FileRow = z.object({
  // node-postgres gives int8 as string.
  size_bytes: z.coerce.number(),
  mime: z.string(),
  is_complete: z.boolean(),
  chunk_hashes: z.instanceof(Uint8Array).nullable(),
});
export type FileRow = z.infer<typeof FileRow>;

export function fileRepository(db: Queryable) {
  return {
    /** Repeating it changes nothing; a different size for the same name keeps the first, see `resize`. */
    async announce(
      officeId: string,
      sha256: string,
      sizeBytes: number,
      mime: string,
      at: string,
    ): Promise<void> {
      await db.query(
        `insert into file (office_id, sha256, size_bytes, mime, announced_at)
         values ($1, $2, $3, $4, $5)
         on conflict do nothing`,
        [officeId, sha256, sizeBytes, mime, at],
      );
    },

    /**
     * Another size counts when no other device has shown bytes of the first: a name and a wrong size alone keep nobody's
     * file out (I-16). What was staged goes. Within a transaction.
     */
    async resize({ officeId, sha256, deviceId }: Possession, sizeBytes: number): Promise<void> {
      const file = [officeId, sha256];
      await db.query('select from file where office_id = $1 and sha256 = $2 for update', file);
      const resized = await db.query(
        `update file set size_bytes = $3
          where office_id = $1 and sha256 = $2 and not is_complete and size_bytes <> $3
            and not exists (select from file_proof as shown where shown.office_id = $1
                               and shown.sha256 = $2 and shown.device_id <> $4)`,
        [...file, sizeBytes, deviceId],
      );
      if (resized.rowCount > 0) await dropStaged(db, officeId, sha256);
    },

    async find(officeId: string, sha256: string): Promise<FileRow | undefined> {
      const { rows } = await db.query(
        `select size_bytes, mime, is_complete, chunk_hashes from file
          where office_id = $1 and sha256 = $2`,
        [officeId, sha256],
      );
      return rows[0] === undefined ? undefined : FileRow.parse(rows[0]);
    },

    async listChunks(officeId: string, sha256: string): Promise<readonly number[]> {
      const { rows } = await db.query(
        'select i from file_chunk where office_id = $1 and sha256 = $2 order by i',
        [officeId, sha256],
      );
      return rows.map((row) => z.object({ i: z.number() }).parse(row).i);
    },

    /**
     * Until the transaction ends no node drops what is staged of it.
     *
     * @returns false when the file is announced in another size by now
     */
    async keepStaging(officeId: string, sha256: string, sizeBytes: number): Promise<boolean> {
      const { rows } = await db.query(
        'select from file where office_id = $1 and sha256 = $2 and size_bytes = $3 for share',
        [officeId, sha256, sizeBytes],
      );
      return rows.length > 0;
    },

    /**
     * A file that another node has finished, or that has expired, needs no chunk any more.
     *
     * @returns whether these are the bytes that are staged now: another device may have sent others before
     */
    async keepChunk(
      officeId: string,
      sha256: string,
      i: number,
      bytes: Uint8Array,
    ): Promise<boolean> {
      const values = [officeId, sha256, i, bytes];
      const kept = await db.query(
        `insert into file_chunk (office_id, sha256, i, bytes)
         select $1, $2, $3, $4 from file
          where office_id = $1 and sha256 = $2 and not is_complete
         on conflict do nothing`,
        values,
      );
      if (kept.rowCount > 0) return true;
      const { rows } = await db.query(
        'select from file_chunk where office_id = $1 and sha256 = $2 and i = $3 and bytes = $4',
        values,
      );
      return rows.length > 0;
    },

    /** Chunks of a file that a device has shown to have. */
    async provenChunks(
      officeId: string,
      sha256: string,
      deviceId: string,
    ): Promise<ReadonlySet<number>> {
      const { rows } = await db.query(
        `select i from file_proof, generate_series(0, chunks - 1) as i
          where office_id = $1 and sha256 = $2 and device_id = $3 and get_bit(have, i) = 1`,
        [officeId, sha256, deviceId],
      );
      return new Set(rows.map((row) => z.object({ i: z.number() }).parse(row).i));
    },

    async prove(
      { officeId, sha256, deviceId }: Possession,
      i: number,
      chunks: number,
    ): Promise<void> {
      await db.query(
        `insert into file_proof (office_id, sha256, device_id, have, chunks)
         select $1, $2, $3, set_bit(decode(repeat('00', ($5::int + 7) / 8), 'hex'), $4, 1), $5
           from file where office_id = $1 and sha256 = $2
         on conflict (office_id, sha256, device_id) do update
           set have = set_bit(file_proof.have, $4, 1)`,
        [officeId, sha256, deviceId, i, chunks],
      );
    },

    /** As if the device had sent every chunk. */
    async proveWhole({ officeId, sha256, deviceId }: Possession, chunks: number): Promise<void> {
      const have = Buffer.alloc(Math.ceil(chunks / 8), 0xff);
      // PostgreSQL counts the bits of a byte from its lowest.
      if (chunks % 8 > 0) have[have.length - 1] = (1 << (chunks % 8)) - 1;
      await db.query(
        `insert into file_proof (office_id, sha256, device_id, have, chunks)
         values ($1, $2, $3, $4, $5)
         on conflict (office_id, sha256, device_id) do update set have = excluded.have`,
        [officeId, sha256, deviceId, have, chunks],
      );
    },

    /** `announced_at` is the instant of the newest progress: from it the staging's time runs. */
    async noteProgress(officeId: string, sha256: string, at: string): Promise<void> {
      await db.query(
        `update file set announced_at = $3
          where office_id = $1 and sha256 = $2 and not is_complete`,
        [officeId, sha256, at],
      );
    },

    /** Drops files that nobody went on with since `before`, and what a late chunk left of complete ones. */
    async expire(before: string): Promise<void> {
      await db.query('delete from file where not is_complete and announced_at < $1', [before]);
      await db.query(
        `delete from file_chunk using file
          where file.office_id = file_chunk.office_id and file.sha256 = file_chunk.sha256
            and file.is_complete`,
      );
    },

    async readChunk(officeId: string, sha256: string, i: number): Promise<Uint8Array | undefined> {
      const { rows } = await db.query(
        'select bytes from file_chunk where office_id = $1 and sha256 = $2 and i = $3',
        [officeId, sha256, i],
      );
      return rows[0] === undefined
        ? undefined
        : z.object({ bytes: z.instanceof(Uint8Array) }).parse(rows[0]).bytes;
    },

    /** The object is in the store: the staged chunks go in the same statement group. */
    async complete(officeId: string, sha256: string, chunkHashes: Uint8Array): Promise<void> {
      await db.query(
        'update file set is_complete = true, chunk_hashes = $3 where office_id = $1 and sha256 = $2',
        [officeId, sha256, chunkHashes],
      );
      await db.query('delete from file_chunk where office_id = $1 and sha256 = $2', [
        officeId,
        sha256,
      ]);
    },

    /** The staged bytes are not the file that was announced: the client begins again, and nothing is proven by them. */
    async dropChunks(officeId: string, sha256: string): Promise<void> {
      await db.query('select from file where office_id = $1 and sha256 = $2 for update', [
        officeId,
        sha256,
      ]);
      await dropStaged(db, officeId, sha256);
    },

    /** May a person who is entitled to these scopes read it: does a record there name it (I-13)? */
    async isLinked(officeId: string, sha256: string, scopes: readonly string[]): Promise<boolean> {
      const { rows } = await db.query(
        `select 1 from file_link join record
            on record.office_id = file_link.office_id and record.id = file_link.record_id
          where file_link.office_id = $1 and file_link.sha256 = $2
            and record.scope = any($3::text[]) and ${LINK_COUNTS} limit 1`,
        [officeId, sha256, scopes],
      );
      return rows.length > 0;
    },

    /** Does this record name it, by an act of somebody who had it (I-13)? */
    async isLinkedBy(officeId: string, sha256: string, recordId: string): Promise<boolean> {
      const { rows } = await db.query(
        `select 1 from file_link
          where office_id = $1 and sha256 = $2 and record_id = $3 and ${LINK_COUNTS} limit 1`,
        [officeId, sha256, recordId],
      );
      return rows.length > 0;
    },
  };
}

async function dropStaged(db: Queryable, officeId: string, sha256: string): Promise<void> {
  await db.query(
    `with dropped as (delete from file_chunk where office_id = $1 and sha256 = $2)
     delete from file_proof where office_id = $1 and sha256 = $2`,
    [officeId, sha256],
  );
}

/** A link that counts whatever any device shows. */
export const AT_ONCE = '00000000-0000-0000-0000-000000000000';

interface Possession {
  readonly officeId: string;
  readonly sha256: string;
  readonly deviceId: string;
}

const LINK_COUNTS = `(file_link.device_id = '${AT_ONCE}' or exists (
  select from file_proof as shown
   where shown.office_id = file_link.office_id and shown.sha256 = file_link.sha256
     and shown.device_id = file_link.device_id and bit_count(shown.have) = shown.chunks))`;
