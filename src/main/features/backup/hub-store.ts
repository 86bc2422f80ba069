import type { z } from 'zod';
import type { Failure, Result } from '@shared/kernel/result';
import { concatBytes } from '@shared/kernel/bytes';
import { COPY_PART_BYTES, CopyListing, Done } from '@shared/protocol/backup-copy';
import type { ServerClient } from '../../platform/server-client';
import type { BackupStore, CopyTarget } from './backup-store';

export interface HubStoreDeps {
  readonly client: Pick<ServerClient, 'call' | 'sendBytes' | 'fetchBytes'>;
  readonly token: () => Promise<Result<string>>;
  /** `own`, or the copy that a reader was told of. */
  readonly id: string;
}

/** The hub did not take or give a blob. */
export class HubStoreFailed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`the hub refused: ${failure.code}`);
    this.failure = failure;
  }
}

/** A backup at the office's hub (§15, §20). What lies there is asked once, then known from what was written since. */
export function hubStore({ client, token, id }: HubStoreDeps): BackupStore {
  const root = `/relay/copies/${id}`;
  let listing: Promise<Map<string, number>> | undefined;

  async function post<T extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    answer: T,
    body?: unknown,
  ): Promise<z.infer<T>> {
    const accessToken = orThrow(await token());
    return orThrow(await client.call({ method, path: root + path, body, accessToken, answer }));
  }

  async function ask(): Promise<Map<string, number>> {
    const { blobs } = await post('GET', '/blobs', CopyListing);
    return new Map(blobs.map(({ name, sizeBytes }) => [name, sizeBytes]));
  }
  const sizes = (): Promise<Map<string, number>> => (listing ??= ask());

  /** Undefined for what is listed and cannot be read any more. */
  async function readPart(name: string, at: number): Promise<Uint8Array | undefined> {
    const path = `${root}/blob?name=${encodeURIComponent(name)}&at=${at}`;
    const read = await client.fetchBytes({ path, accessToken: orThrow(await token()) });
    if (!read.ok && read.error.code === 'files.missing') return undefined;
    const { bytes, isWhole } = orThrow(read);
    if (!isWhole) throw new HubStoreFailed({ code: 'hub.unreachable' });
    return bytes;
  }

  return {
    list: async (under = '') => {
      const prefix = under === '' ? '' : `${under}/`;
      return [...(await sizes()).keys()]
        .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
        .map((name) => name.slice(prefix.length))
        .toSorted();
    },

    async read(name) {
      const size = (await sizes()).get(name);
      if (size === undefined) return undefined;
      const parts: Uint8Array[] = [];
      for (let at = 0; at < size; at += COPY_PART_BYTES) {
        const part = await readPart(name, at);
        if (!part) return undefined;
        parts.push(part);
      }
      return concatBytes(...parts);
    },

    async write(name, bytes) {
      for (let at = 0; at < bytes.length; at += COPY_PART_BYTES) {
        const path = `${root}/blob?name=${encodeURIComponent(name)}&at=${at}&size=${bytes.length}`;
        const part = bytes.subarray(at, at + COPY_PART_BYTES);
        const accessToken = orThrow(await token());
        orThrow(await client.sendBytes({ path, bytes: part, accessToken, answer: Done }));
      }
      (await sizes()).set(name, bytes.length);
    },

    sizeOf: async (name) => (await sizes()).get(name),

    async remove(name) {
      await post('POST', '/remove', Done, { name });
      (await sizes()).delete(name);
    },

    flush: async () => {},
  };
}

/** This machine's own copy, under the access of the machine. */
export const ownCopy = (hub: Omit<HubStoreDeps, 'id'>): CopyTarget => ({
  store: () => hubStore({ ...hub, id: 'own' }),
  setReader: async (publicKey) => {
    const accessToken = orThrow(await hub.token());
    const path = '/relay/copies/own/reader';
    const body = { publicKey };
    orThrow(await hub.client.call({ method: 'POST', path, body, accessToken, answer: Done }));
  },
});

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new HubStoreFailed(result.error);
  return result.value;
}
