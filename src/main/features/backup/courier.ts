import type { FileHash } from '@shared/kernel/ids';
import type { Result } from '@shared/kernel/result';
import { CourierReply } from '@shared/protocol/courier';
import type { ServerClient } from '../../platform/server-client';
import type { Courier } from './deliver-work';

export interface CourierDeps {
  readonly client: ServerClient;
  readonly token: () => Promise<Result<string>>;
  readonly store: { readonly put: (bytes: Uint8Array) => Promise<Result<FileHash>> };
  readonly upload: (sha256: FileHash) => Promise<Result<void>>;
}

/** Brings another PC's work under this device's own access. */
export const createCourier = ({ client, token, store, upload }: CourierDeps): Courier => ({
  hand: async (operations) => {
    const access = await token();
    if (!access.ok) return access;
    return client.call({
      method: 'POST',
      path: '/sync/courier',
      body: { operations },
      accessToken: access.value,
      answer: CourierReply,
    });
  },
  bring: async (_sha256, bytes) => {
    const stored = await store.put(bytes);
    return stored.ok ? upload(stored.value) : stored;
  },
});
