import { randomUUID, sign, type KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { User } from '@shared/domain/organ/user';
import { utf8 } from '@shared/kernel/bytes';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { ChallengeReply, EnrolReply, proofText, SessionReply } from '@shared/protocol/session';
import { SyncReply } from '@shared/protocol/sync-message';
import { createEngine, type EngineProjection } from '@shared/sync/engine';
import { createJournalState } from '@shared/sync/journal-state';
import { CHAIN_START, type OperationDraft } from '@shared/sync/operation';
import { EMPTY_DIGEST, shiftDigest, type Scope, type ScopeCursor } from '@shared/sync/record';
import { createFileTransfer } from '../../src/main/features/files/file-transfer';
import {
  createAppendOperations,
  type Author,
} from '../../src/main/features/journal/append-operations';
import type { Journal } from '../../src/main/features/journal/journal';
import { createDeviceKey } from '../../src/main/features/session/device-store';
import { createOperationKey } from '../../src/main/features/session/user-vault';
import { createServerClient } from '../../src/main/platform/server-client';
import { sha256, systemClock, systemRandom } from '../../src/main/platform/system';
import { createGate } from '../../sync-server/src/http/limits';
import { createMemoryPartials, createMemoryStore, hashOf } from './memory-files';

/** A device of one office that carries an office's papers into the system, on behalf of several people. */
export interface MigrationDevice {
  /** Gives the person's operation key to the server; what they do from now on can be signed here. */
  readonly signIn: (login: string, password: string) => Promise<User>;
  /** Chains and signs acts of a person who has signed in; they travel with the next `send`. */
  readonly act: (login: string, draft: OperationDraft) => Promise<void>;
  /** Exchanges until nothing waits; throws when the server refused one of the acts. */
  readonly send: () => Promise<void>;
  /** Begins to send a file, several at a time; the next `send` waits for it before any act that names it. */
  readonly upload: (bytes: Uint8Array) => FileHash;
  readonly download: (sha256: FileHash) => Promise<Uint8Array>;
  /** A record as the server's feed brought it. */
  readonly findRecord: (id: string) => JsonObject | undefined;
}

/** Failures that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(['server.overloaded', 'http.too-many-requests']);
const UPLOADS_AT_ONCE = 4;
const TRIES = 60;
const PAUSE_MS = 250;

/**
 * Enrols by an activation code. Chain, signatures, exchange and file transfer are the workstation's own modules; only the
 * disk is missing: what is not done when the program ends is done by the next seeding.
 */
export async function createMigrationDevice(options: {
  readonly serverAddress: string;
  readonly code: string;
  readonly deviceName: string;
}): Promise<MigrationDevice> {
  const client = createServerClient(() => ({ baseUrl: options.serverAddress }));
  const deviceKey = createDeviceKey();
  const call = <T extends z.ZodType>(path: string, body: unknown, answer: T): Promise<z.infer<T>> =>
    patiently(path, () => client.call({ method: 'POST', path, body, answer }));
  const enrolled = await call(
    '/devices/enrol',
    {
      code: options.code,
      deviceName: options.deviceName,
      devicePublicKey: deviceKey.publicKey,
    },
    EnrolReply,
  );

  const journal = memoryJournal();
  await journal.append(() => [
    { t: 'chain', dev: enrolled.deviceId, inc: enrolled.inc, n: 0, hash: CHAIN_START },
    {
      t: 'contact',
      ticket: enrolled.ticket,
      timeline: enrolled.timeline,
      serverTime: enrolled.serverTime,
      wall: systemClock.nowMs(),
    },
  ]);
  const authors = new Map<string, Author>();
  let acting: Author | undefined;
  let accessToken = '';
  const append = createAppendOperations({
    journal,
    clock: systemClock,
    random: systemRandom,
    sha256,
    bootId: randomUUID(),
    author: () => acting,
    saved: () => undefined,
  });
  const { projection, records } = memoryProjection();
  const engine = createEngine({
    journal: {
      state: journal.state,
      append: (build) => journal.append(() => build()),
      kept: async () => [],
    },
    offerWitnesses: async () => ok(undefined),
    projection,
    clock: systemClock,
    sha256,
    transport: (request) =>
      client.call({ method: 'POST', path: '/sync', body: request, accessToken, answer: SyncReply }),
  });
  const store = createMemoryStore();
  const transfer = createFileTransfer({
    client,
    token: async () => ok(accessToken),
    store,
    partials: createMemoryPartials(),
    monotonicMs: systemClock.monotonicMs,
    giveWay: async () => undefined,
  });

  const inTurn = createGate({ atOnce: UPLOADS_AT_ONCE, waiting: Number.MAX_SAFE_INTEGER });
  const uploads: Promise<unknown>[] = [];

  return {
    signIn: async (login, password) => {
      const { nonce } = await call(
        '/session/challenge',
        { deviceId: enrolled.deviceId },
        ChallengeReply,
      );
      const key = createOperationKey();
      const proof = signBy(deviceKey.privateKey)(utf8(proofText('password', nonce, login)));
      const session = await call(
        '/session/password',
        {
          deviceId: enrolled.deviceId,
          nonce,
          deviceProof: Buffer.from(proof).toString('base64'),
          login,
          password,
          opPublicKey: key.publicKey,
        },
        SessionReply,
      );
      const { user, office } = session;
      authors.set(login, { userId: user.id, officeId: office.id, sign: signBy(key.privateKey) });
      accessToken = session.accessToken;
      return user;
    },
    act: async (login, draft) => {
      acting = authors.get(login);
      const saved = await append([draft]);
      if (!saved.ok) throw new Error(`${login}: ${saved.error.code}`);
    },
    send: async () => {
      const failure = (await Promise.all(uploads.splice(0))).find((cause) => cause !== undefined);
      if (failure !== undefined) throw new Error('an upload failed', { cause: failure });
      for (let more = true; more;) {
        const round = await patiently('/sync', () => engine.round());
        more = round.more || journal.state.pendingCount() > 0;
      }
      const refused = journal.state.attention()[0];
      if (refused) {
        const { kind, target } = refused.operation;
        throw new Error(`${kind} ${target.type}: ${JSON.stringify(refused.outcome)}`);
      }
    },
    upload: (bytes) => {
      const name = hashOf(bytes);
      const sending = inTurn(async () => {
        await store.put(bytes);
        await patiently('upload', () => transfer.upload(name));
        await store.remove(name);
      });
      // Looked at by `send`: until then nobody listens, and a failure must not end the program.
      uploads.push(sending.then(() => undefined).catch((cause: unknown) => cause));
      return name;
    },
    download: async (sha256) => {
      await patiently('download', () => transfer.download(sha256));
      const bytes = await store.read(sha256);
      if (!bytes.ok) throw new Error(bytes.error.code);
      return bytes.value;
    },
    findRecord: (id) => records.get(id),
  };
}

const signBy =
  (key: KeyObject) =>
  (bytes: Uint8Array): Uint8Array =>
    sign(null, bytes, key);

/** Tries again while the server says "not now"; anything else is an error of the seeding. */
async function patiently<T>(what: string, work: () => Promise<Result<T>>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const result = await work();
    if (result.ok) return result.value;
    if (!PASSING.has(result.error.code) || attempt === TRIES) {
      throw new Error(`${what}: ${result.error.code}`);
    }
    await delay(PAUSE_MS);
  }
}

function memoryJournal(): Pick<Journal, 'state' | 'append'> {
  const state = createJournalState(sha256);
  return {
    state,
    append: async (build) => {
      for (const record of build({
        inc: state.incarnation()?.inc,
        n: state.lastN(),
        hash: state.lastHash(),
      }))
        state.take(record);
      return ok(undefined);
    },
  };
}

/** Records and cursors as a window would hold them. */
function memoryProjection(): {
  readonly projection: EngineProjection;
  readonly records: ReadonlyMap<string, JsonObject>;
} {
  const records = new Map<string, JsonObject>();
  const marks = new Map<string, string>();
  const cursors = new Map<Scope, ScopeCursor>();
  const projection: EngineProjection = {
    cursors: () => cursors,
    storePage: async (page, pageMarks) => {
      let digest = cursors.get(page.scope)?.digest ?? EMPTY_DIGEST;
      for (const [index, { id, content }] of page.entries.entries()) {
        const mark = pageMarks[index] ?? '';
        digest = shiftDigest(digest, marks.get(id), mark);
        marks.set(id, mark);
        if (content) records.set(id, content);
      }
      cursors.set(page.scope, { seq: page.next, digest });
      return ok(undefined);
    },
    purge: async (scopes) => {
      for (const scope of scopes) cursors.delete(scope);
      marks.clear();
      return ok(undefined);
    },
    // A fresh machine that lives for one run has nothing to be compared.
    compare: async () => err({ code: 'projection.not-ready' }),
    readWitnesses: async () => err({ code: 'projection.not-ready' }),
    storeRepair: async () => err({ code: 'projection.not-ready' }),
    settle: () => undefined,
    caughtUp: () => undefined,
    asked: () => undefined,
  };
  return { projection, records };
}
