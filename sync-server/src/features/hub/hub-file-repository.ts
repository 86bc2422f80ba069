import { z } from 'zod';
import { FileHash } from '@shared/kernel/ids';
import { Scope } from '@shared/sync/record';
import type { Queryable } from '../../db/queryable';

/** A file of the hub is known by its content and by the scope whose key it is sealed with. */
export interface FileName {
  readonly sha256: FileHash;
  readonly scope: Scope;
}

const HubFile = z
  .object({
    sha256: FileHash,
    scope: Scope,
    epoch: z.int(),
    // node-postgres gives int8 as string.
    size_bytes: z.coerce.number(),
    is_complete: z.boolean(),
  })
  .transform(({ size_bytes: sizeBytes, is_complete: isComplete, ...row }) => ({
    ...row,
    sizeBytes,
    isComplete,
  }));
export type HubFile = z.infer<typeof HubFile>;

const COLUMNS = 'sha256, scope, epoch, size_bytes, is_complete';
const ChunkRow = z.object({ i: z.int(), hash: z.instanceof(Uint8Array) });

export function hubFileRepository(db: Queryable) {
  return {
    /**
     * Begins a file, or begins it anew: in a newer epoch while it is not complete; with the size that the machine of the
     * work says which names it, while the province has not got it.
     */
    async announce({ sha256, scope }: FileName, wish: NewFile): Promise<void> {
      const { rowCount } = await db.query(
        `insert into hub_file as held (sha256, scope, epoch, size_bytes, touched_at)
         values ($1, $2, $3, $4, $5)
         on conflict (sha256, scope) do update
           set epoch = excluded.epoch, size_bytes = excluded.size_bytes, is_complete = false
           where (not held.is_complete and held.epoch < excluded.epoch)
              or ($6 and not held.is_carried and held.size_bytes <> excluded.size_bytes)`,
        [sha256, scope, wish.epoch, wish.sizeBytes, wish.at, wish.isOfItsWork],
      );
      if (rowCount > 0)
        await db.query('delete from hub_chunk where sha256 = $1 and scope = $2', [sha256, scope]);
    },

    async find({ sha256, scope }: FileName): Promise<HubFile | undefined> {
      const { rows } = await db.query(
        `select ${COLUMNS} from hub_file where sha256 = $1 and scope = $2`,
        [sha256, scope],
      );
      return rows.length === 0 ? undefined : HubFile.parse(rows[0]);
    },

    /** Hashes of the sealed chunks that are here, by place. */
    async chunks({ sha256, scope }: FileName): Promise<ReadonlyMap<number, Uint8Array>> {
      const { rows } = await db.query(
        'select i, hash from hub_chunk where sha256 = $1 and scope = $2 order by i',
        [sha256, scope],
      );
      return new Map(rows.map((row) => ChunkRow.parse(row)).map(({ i, hash }) => [i, hash]));
    },

    async hasChunk({ sha256, scope }: FileName, i: number): Promise<boolean> {
      const { rows } = await db.query(
        'select from hub_chunk where sha256 = $1 and scope = $2 and i = $3',
        [sha256, scope, i],
      );
      return rows.length > 0;
    },

    /** The chunk lies in its place on the disk, if the file is still the one that it was written for. */
    async keepChunk(file: HubFile, i: number, hash: Uint8Array, at: Date): Promise<void> {
      await db.query(
        `with file as (
           update hub_file set touched_at = $6
            where sha256 = $1 and scope = $2 and epoch = $3 and not is_complete returning 1)
         insert into hub_chunk (sha256, scope, i, hash) select $1, $2, $4, $5 from file
         on conflict do nothing`,
        [file.sha256, file.scope, file.epoch, i, hash, at],
      );
    },

    async complete({ sha256, scope, epoch }: HubFile): Promise<void> {
      await db.query(
        `update hub_file set is_complete = true where sha256 = $1 and scope = $2 and epoch = $3`,
        [sha256, scope, epoch],
      );
    },

    /** Complete files that an envelope names and that the province is not known to have, oldest first. */
    async toCarry(): Promise<readonly HubFile[]> {
      const { rows } = await db.query(
        `select ${COLUMNS} from hub_file
          where is_complete and not is_carried and ${IS_NAMED} order by touched_at, sha256`,
      );
      return rows.map((row) => HubFile.parse(row));
    },

    /**
     * The first of `toCarry`. Sorted before anything is looked at whether it is named, so that the others are not looked at:
     * this is asked for at every step of a long upload.
     *
     * @param except those that the province would not have
     */
    async nextToCarry(except: readonly FileName[]): Promise<HubFile | undefined> {
      const { rows } = await db.query(
        `select ${COLUMNS} from (
           select * from hub_file
            where is_complete and not is_carried and (sha256, scope) not in
              (select turned.sha256, turned.scope
                 from unnest($1::text[], $2::text[]) as turned (sha256, scope))
            order by touched_at, sha256 offset 0
         ) as hub_file
          where ${IS_NAMED} limit 1`,
        [except.map(({ sha256 }) => sha256), except.map(({ scope }) => scope)],
      );
      return rows.length === 0 ? undefined : HubFile.parse(rows[0]);
    },

    async carried({ sha256, scope }: FileName): Promise<void> {
      await db.query('update hub_file set is_carried = true where sha256 = $1 and scope = $2', [
        sha256,
        scope,
      ]);
    },

    async forget({ sha256, scope }: FileName): Promise<void> {
      await db.query('delete from hub_file where sha256 = $1 and scope = $2', [sha256, scope]);
    },

    /** Files that nobody has touched since and that no envelope names any more. */
    async unnamed(before: Date): Promise<readonly HubFile[]> {
      const { rows } = await db.query(
        `select ${COLUMNS} from hub_file where touched_at < $1 and not ${IS_NAMED}`,
        [before],
      );
      return rows.map((row) => HubFile.parse(row));
    },
  };
}

interface NewFile {
  readonly epoch: number;
  readonly sizeBytes: number;
  /** Announced by the machine whose work names the file. */
  readonly isOfItsWork: boolean;
  readonly at: Date;
}

const IS_NAMED = `exists (select from hub_line
  where hub_line.files @> array[hub_file.sha256] and hub_line.scope = hub_file.scope)`;
