import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '@shared/kernel/result';
import type { PeerWork } from '@shared/relay/peer-work';
import { SyncReply, type SyncRequest } from '@shared/protocol/sync-message';
import { createEngine, type RoundDone } from '@shared/sync/engine';
import type { JournalState } from '@shared/sync/journal-state';
import { operationHash, type Operation, type OperationDraft } from '@shared/sync/operation';
import type { HeldRecord } from '@shared/sync/project';
import { WitnessReply } from '@shared/sync/witness';
import { officeScope, type ScopeCursor } from '@shared/sync/record';
import { storeBatch, type ProjectionStore } from '@shared/sync/store-batch';
import { createAppendOperations } from '../../../src/main/features/journal/append-operations';
import { openJournal, type Journal } from '../../../src/main/features/journal/journal';
import { keptOperations } from '../../../src/main/features/journal/kept-operations';
import { createNodeJournalDisk } from '../../../src/main/features/journal/node-journal-disk';
import type { Bundles } from '../../../src/main/features/relay/bundles';
import type { ContentStore } from '../../../src/main/features/files/content-store';
import { createAccess } from '../../../src/main/features/session/access';
import type { Device } from '../../../src/main/features/session/device-store';
import type { UnlockedUser } from '../../../src/main/features/session/user-vault';
import {
  createProjectionFeed,
  type ProjectionFeed,
} from '../../../src/main/features/sync/projection-feed';
import { createBox } from '../../../src/main/platform/keyring';
import { createServerClient } from '../../../src/main/platform/server-client';
import { sha256, systemClock, systemRandom } from '../../../src/main/platform/system';
import type { Note } from './history';
import { enrolIdentity, readIdentity, type Identity } from './identity';
import { createWays } from './ways';
import { memoryProjectionStore } from './memory-projection-store';

/** A workstation without Electron: journal on a real folder, engine, and the product's client over HTTP. */
export interface HeadlessWorkstation {
  readonly identity: Identity;
  readonly state: JournalState;
  readonly rows: () => ReadonlyMap<string, HeldRecord>;
  readonly cursor: () => ScopeCursor | undefined;
  /** Saves acts of its person; resolves when the journal has flushed them. Throws when it refuses. */
  readonly act: (drafts: readonly OperationDraft[]) => Promise<readonly Operation[]>;
  readonly round: () => Promise<Result<RoundDone>>;
  /** Rounds until everything is sent, received and compared; throws after `patienceMs`. */
  readonly settle: (patienceMs?: number) => Promise<void>;
  /** Hand-over bundles of its person (§20). */
  readonly bundles: Bundles;
  readonly store: ContentStore;
  /** Fetches who works at the office and the keys to pass work around the province. */
  readonly learnKeys: () => Promise<Result<void>>;
  /** Sends files that the server may not have, own ones and those that came in bundles. */
  readonly sendFiles: () => Promise<Result<void>>;
  readonly peers: PeerWork;
  /** An access token of device and person, for files. */
  readonly token: () => Promise<Result<string>>;
  readonly close: () => Promise<void>;
}

export interface HeadlessOptions {
  readonly folder: string;
  /** Where the server is; asked at each request. */
  readonly address: () => string;
  /** Needed the first time: afterwards the folder knows who it is. */
  readonly enrolment?: { readonly code: string; readonly login: string; readonly password: string };
  readonly note?: Note;
  /** Of one exchange. */
  readonly timeoutMs?: number;
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

export async function openHeadlessWorkstation(
  options: HeadlessOptions,
): Promise<HeadlessWorkstation> {
  const { folder, note = () => {} } = options;
  const client = createServerClient(() => ({ baseUrl: options.address() }));
  const identity =
    (await readIdentity(folder)) ??
    (options.enrolment && (await enrolIdentity({ folder, client, ...options.enrolment })));
  if (!identity) throw new Error(`nobody has enrolled the workstation of ${folder}`);
  const { deviceId: dev, inc } = identity;
  const { journal, closeJournal } = await openJournalOf(folder, identity);
  const session = randomUUID();
  const database = memoryProjectionStore();
  const feed = createProjectionFeed({
    state: () => journal.state,
    peers: () => journal.peers,
    announce: () => void window.storeAll(),
    viewer: () => identity.user.id,
    officeId: () => identity.office.id,
  });
  const ways = createWays({
    folder,
    identity,
    client,
    journal,
    feed,
    database,
    token: () => token(),
  });
  const window = createWindow(feed, database.store, { note, dev, session });
  feed.open(new Map(), []);
  const { send, token } = createTransport({
    client,
    identity,
    timeoutMs: options.timeoutMs ?? 20_000,
  });
  const engine = createEngine({
    journal: {
      state: journal.state,
      append: (build) => journal.append(() => build()),
      kept: (from) => keptOperations(journal, from),
    },
    offerWitnesses: async (offer) => {
      const held = await token();
      if (!held.ok) return held;
      return client.call({
        method: 'POST',
        path: '/sync/witnesses',
        body: offer,
        accessToken: held.value,
        answer: WitnessReply,
      });
    },
    projection: feed.projection,
    clock: systemClock,
    sha256,
    transport: async (request) => {
      const delivered = await ways.deliverPeers();
      if (!delivered.ok) return delivered;
      const reply = await send({ ...request, ops: request.ops.filter(ways.maySend) });
      if (reply.ok)
        for (const result of reply.value.results)
          if (result.answer === 'final')
            note({ t: 'final', dev, inc, n: result.n, outcome: result.outcome });
      return reply;
    },
  });
  const made = new Map<string, Operation>();
  const append = createAppendOperations({
    journal: {
      ...journal,
      append: (build) =>
        journal.append((head) => {
          const records = build(head);
          for (const record of records) {
            if (record.t !== 'op') continue;
            made.set(record.op.opId, record.op);
            note({ t: 'begun', dev, inc, ...nameOf(record.op) });
          }
          return records;
        }),
    },
    clock: systemClock,
    random: systemRandom,
    sha256,
    bootId: session,
    author: () => ({
      userId: identity.user.id,
      officeId: identity.office.id,
      sign: identity.signAsUser,
    }),
    saved: feed.saved,
  });

  async function act(drafts: readonly OperationDraft[]): Promise<readonly Operation[]> {
    const saved = await append(drafts);
    if (!saved.ok) throw new Error(`not saved: ${saved.error.code}`);
    const operations = saved.value.saved.flatMap(({ opId }) => made.get(opId) ?? []);
    for (const { opId } of operations) made.delete(opId);
    for (const operation of operations) note({ t: 'saved', dev, inc, ...nameOf(operation) });
    await window.storeAll();
    return operations;
  }

  async function round(): Promise<Result<RoundDone>> {
    const done = await engine.round();
    await window.storeAll();
    return done;
  }

  /** As long as it comes on: how fast it does is the machine's affair. */
  async function settle(patienceMs = PATIENCE_MS): Promise<void> {
    const stand = () => `${journal.state.pendingCount()}/${JSON.stringify([...database.cursors])}`;
    let last = 'nothing was tried';
    let [seen, until] = [stand(), performance.now() + patienceMs];
    while (performance.now() < until) {
      const done = await round();
      if (stand() !== seen) [seen, until] = [stand(), performance.now() + patienceMs];
      if (done.ok && done.value.matched && !done.value.more && journal.state.pendingCount() === 0)
        return;
      last = done.ok ? `${journal.state.pendingCount()} pending` : done.error.code;
      if (!done.ok) await sleep(PAUSE_MS);
    }
    throw new Error(`${dev} did not come to rest: ${last}`);
  }

  return {
    identity,
    state: journal.state,
    rows: () => database.rows,
    cursor: () => database.cursors.get(officeScope(identity.office.id)),
    bundles: ways.bundles,
    store: ways.store,
    learnKeys: ways.learnKeys,
    sendFiles: ways.sendFiles,
    peers: journal.peers,
    act,
    round,
    settle,
    token,
    close: async () => {
      await journal.close();
      await closeJournal();
    },
  };
}

const nameOf = (operation: Operation) => ({
  n: operation.n,
  hash: operationHash(operation, sha256),
});

async function openJournalOf(
  folder: string,
  identity: Identity,
): Promise<{ readonly journal: Journal; readonly closeJournal: () => Promise<void> }> {
  const disk = await createNodeJournalDisk(join(folder, 'journal'));
  const key = createHash('sha256').update(identity.deviceKey).digest();
  const opened = await openJournal({ disk, sealer: createBox(key), sha256 });
  if (!opened.ok) throw new Error(`the journal does not open: ${opened.error.code}`);
  const journal = opened.value;
  if (!journal.state.incarnation()) {
    const { deviceId: dev, inc, ticket, timeline, serverTime } = identity;
    const started = await journal.append(() => [
      { t: 'chain', dev, inc, n: 0, hash: '0'.repeat(64) },
      { t: 'contact', ticket, timeline, serverTime, wall: systemClock.nowMs() },
    ]);
    if (!started.ok) throw new Error(started.error.code);
  }
  return { journal, closeJournal: disk.close };
}

interface TransportDeps {
  readonly client: ReturnType<typeof createServerClient>;
  readonly identity: Identity;
  readonly timeoutMs: number;
}

/** As main does it: a token of device and person, renewed by their keys. */
function createTransport({ client, identity, timeoutMs }: TransportDeps) {
  const device = {
    deviceId: identity.deviceId,
    deviceName: 'Máy thử',
    serverAddress: '',
    office: identity.office,
    sign: identity.signAsDevice,
  } satisfies Device;
  const person = {
    user: identity.user,
    office: identity.office,
    organs: [],
    opPublicKey: '',
    sign: identity.signAsUser,
    contentKey: new Uint8Array(),
  } satisfies UnlockedUser;
  const access = createAccess({
    client,
    clock: systemClock,
    device: () => device,
    person: () => person,
  });
  const token = (): Promise<Result<string>> => access.token(device);
  const send = async (request: SyncRequest): Promise<Result<SyncReply>> => {
    const held = await token();
    if (!held.ok) return held;
    const reply = await client.call({
      method: 'POST',
      path: '/sync',
      body: request,
      accessToken: held.value,
      answer: SyncReply,
      timeoutMs,
    });
    if (!reply.ok && reply.error.code === 'session.token-expired') access.drop();
    return reply;
  };
  return { send, token };
}

/** What the window does: takes batches, stores them, reads back, acknowledges. */
function createWindow(
  feed: ProjectionFeed,
  store: ProjectionStore,
  log: { readonly note: Note; readonly dev: string; readonly session: string },
) {
  const { note, dev, session } = log;
  let running: Promise<void> | undefined;
  let isWanted = false;

  async function run(): Promise<void> {
    while (isWanted) {
      isWanted = false;
      await storeWhatCame();
    }
    running = undefined;
  }

  async function storeWhatCame(): Promise<void> {
    for (let batch = feed.take(); batch; batch = feed.take()) {
      const stored = await storeBatch(store, batch);
      for (const { id, rev, seq, hash } of batch.page?.page.entries ?? [])
        note({ t: 'read', dev, session, id, rev, seq, hash });
      if (stored.cursor) note({ t: 'cursor', dev, session, seq: stored.cursor.seq });
      feed.acknowledge({ stored: true, batchId: batch.batchId, ...stored });
    }
  }

  return {
    /** Resolves when nothing is left to store. */
    storeAll(): Promise<void> {
      isWanted = true;
      running ??= run();
      return running;
    },
  };
}
