import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import type { Envelope, MailboxItem, RelayReply } from '@shared/protocol/relay-message';
import { createMailbox } from '@shared/relay/mailbox';
import { officeScope } from '@shared/sync/record';
import { forgetOld } from '../../sync-server/src/features/hub/forget-old';
import { createHubCopies } from '../../sync-server/src/features/hub/hub-copies';
import { hubFileRepository } from '../../sync-server/src/features/hub/hub-file-repository';
import { createHubFiles } from '../../sync-server/src/features/hub/hub-files';
import {
  postgresMailbox,
  type HubMailboxStore,
} from '../../sync-server/src/features/hub/postgres-mailbox';
import { sealedChunks } from '../../sync-server/src/features/hub/sealed-chunks';
import { aChain, anId, sample } from '../support/core-builders';
import { aDecision, anAuthority, isOfProvince, office, sealed } from '../support/relay-office';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let store: HubMailboxStore;
let at: number;
const DAY = 86_400_000;

beforeEach(async () => {
  database = await createTestDatabase();
  at = 0;
  store = postgresMailbox({ db: database.db, mailbox: anId(9, 9), nowMs: () => at });
});
afterEach(() => database.drop());

/** Envelopes of one machine each with one act. */
const envelopesOf = (count: number, from = 1): readonly Envelope[] =>
  Array.from({ length: count }, (_, i) => {
    const [operation] = aChain([{ dev: anId(5, from + i), opId: anId(7, from + i) }]);
    if (!operation) throw new Error('nothing made');
    return sealed(operation);
  });
const everything = { scopes: [office], deviceId: anId(4, 1), limit: 200 };
const envelopesIn = (items: readonly MailboxItem[]): readonly Envelope[] =>
  items.flatMap((item) => (item.kind === 'envelope' ? [item.envelope] : []));
const placesOf = (envelopes: readonly Envelope[]) => envelopes.map(({ dev }) => dev);

test('I-5, M-25: work that comes twice, also in one request and at once, is one line; so is its decision', async () => {
  const [first, second] = envelopesOf(2);
  if (!first || !second) throw new Error('nothing made');
  await Promise.all([
    store.keepEnvelopes([first, first, second], anId(4, 1)),
    store.keepEnvelopes([second, first], anId(4, 2)),
  ]);
  const decision = aDecision(first);
  await Promise.all([store.keepDecisions([decision, decision]), store.keepDecisions([decision])]);

  const items = await store.readAfter({ after: 0, ...everything });
  expect(items.map(({ kind, seq }) => [kind, seq])).toEqual([
    ['envelope', 1],
    ['envelope', 2],
    ['decision', 3],
  ]);
  // Which of the two came first is chance.
  expect(new Set(envelopesIn(items).map(({ hash }) => hash))).toEqual(
    new Set([first.hash, second.hash]),
  );
  expect(envelopesIn(items)).toEqual(expect.arrayContaining([first, second]));
  expect(placesOf(await store.undecided(sample.timeline, 10))).toEqual([second.dev]);
});

test('a decision is kept with its envelope only', async () => {
  const [unknown] = envelopesOf(1);
  await store.keepDecisions([aDecision(unknown as Envelope)]);
  expect(await store.head()).toBe(0);
});

test('§5.1: places are seen in order: who reads while many write misses nothing', async () => {
  const mailbox = createMailbox({
    store,
    authority: () => anAuthority(),
    isDecided: isOfProvince,
    nowMs: () => 0,
    registers: async () => [],
    provinceHeardAt: () => null,
  });
  const session = { deviceId: anId(4, 1), userId: sample.clerkId };
  const heard: RelayReply['items'][number][] = [];
  let next = 0;
  const state = { isWriting: true };
  const listen = async (): Promise<void> => {
    const request = { mailbox: store.mailbox, after: next, envelopes: [] };
    const reply = await mailbox.exchange(session, request);
    heard.push(...reply.items);
    next = reply.next;
  };
  const listening = (async () => {
    while (state.isWriting) await listen();
  })();
  const all = envelopesOf(120);
  await Promise.all(
    Array.from({ length: 12 }, async (_, writer) => {
      for (let i = writer; i < all.length; i += 12)
        await store.keepEnvelopes(all.slice(i, i + 1), anId(4, 1));
    }),
  );
  state.isWriting = false;
  await listening;
  await listen();

  expect(heard.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
});

test('§20: long lines come in several answers, each of at least one, and none is left out', async () => {
  const long = envelopesOf(8).map((envelope) => ({ ...envelope, sealed: 'A'.repeat(600_000) }));
  await store.keepEnvelopes(long, anId(4, 1));
  const mailbox = createMailbox({
    store,
    authority: () => anAuthority(),
    isDecided: isOfProvince,
    nowMs: () => 0,
    registers: async () => [],
    provinceHeardAt: () => null,
  });
  const session = { deviceId: anId(4, 1), userId: sample.clerkId };
  const counts: number[] = [];
  for (let after = 0, head = 1; after < head;) {
    const request = { mailbox: store.mailbox, after, envelopes: [] };
    const reply = await mailbox.exchange(session, request);
    counts.push(reply.items.length);
    ({ next: after, head } = reply);
  }
  expect(counts).toEqual([4, 4]);
});

test('§20: what was decided 40 days ago goes with its files; what waits for the province stays for ever', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-hub-files-'));
  const repository = hubFileRepository(database.db);
  const files = createHubFiles({
    db: database.db,
    chunks: sealedChunks(folder),
    mailbox: store,
    authority: { get: () => anAuthority() },
    nowMs: () => at,
    completed: () => undefined,
  });
  const names = ['a', 'b'].map((digit) => FileHash.parse(digit.repeat(64)));
  const [decided, waiting] = envelopesOf(2).map((envelope, i) => ({
    ...envelope,
    files: names.slice(i, i + 1),
  }));
  if (!decided || !waiting) throw new Error('nothing made');
  await store.keepEnvelopes([decided, waiting], anId(4, 1));
  const session = { deviceId: decided.dev, userId: sample.clerkId };
  for (const sha256 of names) {
    const scope = officeScope(sample.officeId);
    await files.announce(session, sha256, { sizeBytes: 100, scope, epoch: 1 });
    const file = await repository.find({ sha256, scope });
    if (file) await sealedChunks(folder).write(file, 0, new Uint8Array(116));
  }
  await store.keepDecisions([aDecision(decided)]);
  const copies = createHubCopies(join(folder, 'copies'), 1);
  const forget = () => forgetOld({ mailbox: store, repository, files, copies, nowMs: () => at });

  at = 39 * DAY;
  expect(await forget()).toEqual({ lines: 0, files: 0, copies: 0 });
  at = 41 * DAY;
  expect(await forget()).toEqual({ lines: 2, files: 1, copies: 0 });
  at = 4_000 * DAY;
  expect(await forget()).toEqual({ lines: 0, files: 0, copies: 0 });
  expect(placesOf(await store.undecided(sample.timeline, 10))).toEqual([waiting.dev]);
  const left = await readdir(folder, { recursive: true });
  expect(left.filter((name) => name.includes('.'))).toEqual([
    join(`office-${sample.officeId}`, `${names[1]}.1`),
  ]);
  // Places are never given twice.
  await store.keepEnvelopes(envelopesOf(1, 50), anId(4, 1));
  expect(await store.head()).toBe(4);
  rmSync(folder, { recursive: true });
});

test('I-22: a machine may have so much at the hub that waits; what was decided makes room again', async () => {
  const [pc, other] = [anId(4, 1), anId(4, 2)];
  const [first] = envelopesOf(1);
  await store.keepEnvelopes([first as Envelope], pc);
  const grow = (bytes: number, lines: number) =>
    database.db.query(
      `insert into hub_line (seq, kind, dev, inc, n, hash, scope, files, timeline, kept_at, brought_by, bytes, body)
       select -i, 'envelope', $1, 1, i, 'x', 'x', '{}', '', now(), $1, $2, '{}'
         from generate_series(1, $3) as i`,
      [pc, bytes, lines],
    );
  await grow(1, 19_998);
  expect(await store.isFullFor(pc)).toBe(false);
  await store.keepEnvelopes(envelopesOf(1, 2), pc);
  expect([await store.isFullFor(pc), await store.isFullFor(other)]).toEqual([true, false]);
  await store.keepDecisions([aDecision(first as Envelope)]);
  expect(await store.isFullFor(pc)).toBe(false);
  await database.db.query('delete from hub_line where seq < 0');
  await grow(256 * 1024 * 1024, 2);
  expect(await store.isFullFor(pc)).toBe(true);
});
