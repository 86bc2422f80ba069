import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import {
  CopyId,
  CopyName,
  COPY_PART_BYTES,
  type CopyListing,
  type CopyPart,
} from '@shared/protocol/backup-copy';
import { createGate } from '../../http/limits';
import { flushFolder, writeBeside } from '../../storage/durable-files';

/** The public key of who may read a copy lies beside its blobs. */
const READER = 'nguoi-doc';
const PIECES = 'du-lieu';
/** One a copy, so that what was cut takes no more of the disk than one blob. */
const COMING = 'dang-den.part';
/** Names of the backup (`backup-folder.ts` of the workstation). */
const LOCK = 'khoa.json';
const MANIFEST = 'ban-sao-';
const DEVICE_LENGTH = 36;

export type CopyFailure = { readonly code: 'http.invalid-body' | 'backup.hub-full' };

/**
 * Second copies of the office's workstations (§15, §20), each in a folder of its own: blobs that nothing here can open.
 *
 * @param quotaBytes what one copy may take
 */
export function createHubCopies(folder: string, quotaBytes: number) {
  /** One part is written at a time: sizes are counted before a byte is written. */
  const oneAtATime = createGate({ atOnce: 1, waiting: 1_000 });
  const pathOf = (id: string, name: string): string => join(folder, id, name);

  /** The blob of each copy that parts come for: another one begun in between takes its place on the disk. */
  const coming = new Map<string, string>();

  /** Sizes by name, read from the disk once. */
  const held = new Map<string, Promise<Map<string, number>>>();
  function sizesOf(id: string): Promise<Map<string, number>> {
    const sizes = held.get(id) ?? readSizes(id);
    held.set(id, sizes);
    return sizes;
  }

  async function readSizes(id: string): Promise<Map<string, number>> {
    const names = [
      ...(await namesIn(join(folder, id))),
      ...(await namesIn(pathOf(id, PIECES))).map((name) => `${PIECES}/${name}`),
    ].filter((name) => CopyName.safeParse(name).success);
    const sizes = new Map<string, number>();
    for (const name of names) sizes.set(name, (await stat(pathOf(id, name))).size);
    return sizes;
  }

  async function takePart(
    id: string,
    { name, at, size }: CopyPart,
    bytes: Uint8Array,
  ): Promise<Result<void, CopyFailure>> {
    const path = pathOf(id, name);
    const part = pathOf(id, COMING);
    const begun = at === 0 || coming.get(id) !== name ? 0 : await sizeOf(part);
    if (begun !== at || bytes.length === 0 || at + bytes.length > size)
      return err({ code: 'http.invalid-body' });
    const sizes = await sizesOf(id);
    const taken = [...sizes.values()].reduce((sum, one) => sum + one, 0);
    if (taken - (sizes.get(name) ?? 0) + size > quotaBytes) return err({ code: 'backup.hub-full' });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    coming.set(id, name);
    await writeAt(part, at, bytes);
    if (at + bytes.length < size) return ok(undefined);
    await rename(part, path);
    await flushFolder(dirname(path));
    sizes.set(name, size);
    return ok(undefined);
  }

  const ids = async (): Promise<readonly string[]> =>
    (await namesIn(folder)).filter((name) => CopyId.safeParse(name).success);

  /** When its lock and the newest of its blobs were written. */
  async function ageOf(id: string) {
    const names = [...(await sizesOf(id)).keys()];
    const times = await Promise.all(names.map((name) => timeOf(pathOf(id, name))));
    return {
      id,
      isWhole: names.some((name) => name.startsWith(MANIFEST)),
      lockedAt: await timeOf(pathOf(id, LOCK)),
      writtenAt: Math.max(...times),
    };
  }

  async function forgetEarlier(before: Date): Promise<number> {
    const all = await ids();
    const several = all.filter((id) =>
      all.some((one) => one !== id && deviceOf(one) === deviceOf(id)),
    );
    const aged = await Promise.all(several.map(ageOf));
    const superseded = aged.filter(
      ({ id, writtenAt }) =>
        writtenAt < before.getTime() &&
        aged.some((one) => isLaterOf(one.id, id) && one.isWhole && one.lockedAt < before.getTime()),
    );
    for (const { id } of superseded) {
      await rm(join(folder, id), { recursive: true, force: true });
      held.delete(id);
    }
    return superseded.length;
  }

  return {
    list: async (id: string): Promise<CopyListing> => ({
      blobs: [...(await sizesOf(id))].map(([name, sizeBytes]) => ({ name, sizeBytes })),
    }),

    /** Durable when the last part was taken; parts come in order, `at` 0 begins anew. */
    takePart: (id: string, part: CopyPart, bytes: Uint8Array) =>
      oneAtATime(() => takePart(id, part, bytes)),

    /** Undefined when there is no such blob, or the disk does not give it any more. */
    async readPart(
      id: string,
      name: string,
      at: number,
    ): Promise<Uint8Array<ArrayBuffer> | undefined> {
      const handle = await open(pathOf(id, name), 'r').catch(() => undefined);
      if (!handle) return undefined;
      try {
        const { buffer, bytesRead } = await handle.read(
          new Uint8Array(COPY_PART_BYTES),
          0,
          COPY_PART_BYTES,
          at,
        );
        return buffer.slice(0, bytesRead);
      } catch {
        return undefined;
      } finally {
        await handle.close();
      }
    },

    async remove(id: string, name: string): Promise<void> {
      await rm(pathOf(id, name), { force: true });
      (await sizesOf(id)).delete(name);
    },

    /** Whoever could read it before no longer can. */
    async setReader(id: string, publicKey: string): Promise<void> {
      await mkdir(join(folder, id), { recursive: true, mode: 0o700 });
      await writeBeside(pathOf(id, READER), once(utf8(publicKey)));
    },

    async isReader(id: string, publicKey: string): Promise<boolean> {
      const bytes = await readFile(pathOf(id, READER)).catch(() => undefined);
      return bytes !== undefined && fromUtf8(bytes) === publicKey;
    },

    ids,

    /**
     * Removes copies of earlier incarnations: those to which nothing came since `before`, once a later incarnation of the
     * same device has had a whole copy of its own for as long. Until then a machine may be restored from either.
     *
     * @returns how many went
     */
    forgetEarlier: (before: Date): Promise<number> => oneAtATime(() => forgetEarlier(before)),
  };
}

export type HubCopies = ReturnType<typeof createHubCopies>;

const deviceOf = (id: string): string => id.slice(0, DEVICE_LENGTH);
const incarnationOf = (id: string): number => Number(id.slice(DEVICE_LENGTH + 1));

const isLaterOf = (one: string, other: string): boolean =>
  deviceOf(one) === deviceOf(other) && incarnationOf(one) > incarnationOf(other);

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder).catch((): string[] => [])).toSorted();

/** Milliseconds since the epoch; for ever for what is not there, so that it is never old. */
const timeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity;

const sizeOf = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(() => undefined))?.size;

async function writeAt(path: string, at: number, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, at === 0 ? 'w' : 'r+', 0o600);
  try {
    await handle.write(bytes, 0, bytes.length, at);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
