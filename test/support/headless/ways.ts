import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { AuthorityReply, DeliverReply } from '@shared/protocol/relay-message';
import { createRelayClient } from '@shared/relay/relay-client';
import type { JournalRecord } from '@shared/sync/journal-record';
import { operationHash, type Operation } from '@shared/sync/operation';
import { serverStateOf, type HeldRecord } from '@shared/sync/project';
import { createContentStore } from '../../../src/main/features/files/content-store';
import { createFileTransfer } from '../../../src/main/features/files/file-transfer';
import { createPartialStore } from '../../../src/main/features/files/partial-store';
import type { Journal } from '../../../src/main/features/journal/journal';
import { createBundles } from '../../../src/main/features/relay/bundles';
import { createRelaySecrets } from '../../../src/main/features/relay/relay-secrets';
import { scopeOfOperation } from '../../../src/main/features/relay/scope-of';
import type { ProjectionFeed } from '../../../src/main/features/sync/projection-feed';
import { nodeFiles } from '../../../src/main/platform/file-port';
import { createBox } from '../../../src/main/platform/keyring';
import { relayCipher, verifyEd25519 } from '../../../src/main/platform/relay-cipher';
import type { ServerClient } from '../../../src/main/platform/server-client';
import { sha256, systemClock } from '../../../src/main/platform/system';
import type { Identity } from './identity';

export interface WaysDeps {
  readonly folder: string;
  readonly identity: Identity;
  readonly client: ServerClient;
  readonly journal: Journal;
  readonly feed: ProjectionFeed;
  readonly database: { readonly rows: ReadonlyMap<string, HeldRecord> };
  readonly token: () => Promise<Result<string>>;
}

/** The ways around the province of a headless workstation (§20), put together as main does it; it knows no hub. */
export function createWays({ folder, identity, client, journal, feed, database, token }: WaysDeps) {
  const key = createHash('sha256').update(identity.userKey).digest();
  const person = { userId: identity.user.id, officeId: identity.office.id };
  const hashOf = (operation: Operation): string => operationHash(operation, sha256);
  const { state, peers } = journal;
  const relayJournal = {
    state,
    peers,
    append: (build: (head: { readonly n: number }) => readonly JournalRecord[]) =>
      journal.append(({ n }) => build({ n })),
  };
  const secrets = createRelaySecrets({
    folder: join(folder, 'relay'),
    box: createBox(key),
    cipher: relayCipher,
    sha256,
    verify: verifyEd25519,
    person: () => person,
    fetch: async () => {
      const held = await token();
      if (!held.ok) return held;
      return client.call({
        method: 'GET',
        path: '/relay/authority',
        accessToken: held.value,
        answer: AuthorityReply,
      });
    },
  });
  const relay = createRelayClient({
    journal: relayJournal,
    seal: () => undefined,
    open: secrets.read,
    reader: () => person.userId,
    hashOf,
    isDecided: secrets.isDecided,
    hub: async () => err({ code: 'server.unreachable' }),
    province: async (body) => {
      const held = await token();
      if (!held.ok) return held;
      return client.call({
        method: 'POST',
        path: '/relay/deliver',
        body,
        accessToken: held.value,
        answer: DeliverReply,
      });
    },
    touched: feed.saved,
  });
  const store = createContentStore(join(folder, 'files'), key);
  const transfer = createFileTransfer({
    client,
    token,
    store,
    partials: createPartialStore(join(folder, 'partial'), createBox(key)),
    monotonicMs: systemClock.monotonicMs,
    giveWay: async () => {},
  });
  const bundles = createBundles({
    files: nodeFiles,
    store,
    fetch: transfer.download,
    journal: relayJournal,
    secrets,
    told: (id) => {
      const row = database.rows.get(id);
      const told = row && serverStateOf(row);
      return told?.content ? { rev: told.rev, content: told.content } : undefined;
    },
    scopeOf: (operation) =>
      scopeOfOperation(
        {
          restricted: () => [],
          relayed: peers.scopeOf,
          pending: (id) => state.overlayOf(id).map((one) => one.operation),
        },
        operation,
      ),
    person: () => ({ ...person, sign: identity.signAsUser }),
    hashOf,
    holds: feed.isShown,
    touched: feed.saved,
    uuid: randomUUID,
    nowMs: systemClock.nowMs,
  });

  async function sendFiles(): Promise<Result<void>> {
    const waiting = new Set<FileHash>([...state.unsentFiles(), ...peers.carriedFiles()]);
    for (const file of waiting) {
      const sent = await transfer.upload(file);
      if (!sent.ok) return sent;
      await journal.append(() => [{ t: 'fileReceived', sha256: file }]);
    }
    return ok(undefined);
  }

  return {
    bundles,
    store,
    sendFiles,
    learnKeys: secrets.refresh,
    deliverPeers: relay.deliverPeers,
    maySend: relay.maySend,
  };
}
