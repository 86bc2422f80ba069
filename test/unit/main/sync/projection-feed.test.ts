import { describe, expect, test } from 'vitest';
import { createProjectionFeed } from '../../../../src/main/features/sync/projection-feed';
import { FileHash } from '@shared/kernel/ids';
import { createPeerWork, type Lent } from '@shared/relay/peer-work';
import { JournalRecord } from '@shared/sync/journal-record';
import { createJournalState } from '@shared/sync/journal-state';
import { CHAIN_START } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import { dossierScope, EMPTY_DIGEST, type Scope } from '@shared/sync/record';
import {
  aChain,
  anEntry,
  anId,
  anOperation,
  aPage,
  marksOf,
  sample,
  sampleScope,
  sha256,
} from '../../../support/core-builders';
import { aDecision, sealed } from '../../../support/relay-office';

const colleague = anId(4, 2);
const cursorAt = (seq: number) => new Map([[sampleScope, { seq, digest: EMPTY_DIGEST }]]);
const document = (n: number) => ({ type: 'incomingDocument' as const, id: anId(6, n) });

function setUp() {
  const state = createJournalState(sha256);
  const peers = createPeerWork();
  let viewer: string | undefined = sample.clerkId;
  let announced = 0;
  const dropped: FileHash[] = [];
  const feed = createProjectionFeed({
    state: () => state,
    peers: () => peers,
    announce: () => {
      announced += 1;
    },
    viewer: () => viewer,
    officeId: () => sample.officeId,
    dropped: (files) => dropped.push(...files),
  });
  const save = (...parts: readonly object[]) => {
    const operations = aChain(parts);
    for (const op of operations) state.take({ t: 'op', op });
    feed.saved(operations);
    return operations;
  };
  const answer = (n: number, outcome: Outcome) => state.take({ t: 'outcome', inc: 1, n, outcome });
  const stored = (batchId: number, seq?: number, files: readonly FileHash[] = []) =>
    feed.acknowledge({
      stored: true,
      batchId,
      cursor: seq === undefined ? null : { scope: sampleScope, seq, digest: EMPTY_DIGEST },
      differing: [],
      witnesses: [],
      dropped: files,
    });
  const failed = (batchId: number) => feed.acknowledge({ stored: false, batchId, reason: 'quota' });
  return {
    state,
    peers,
    feed,
    save,
    answer,
    stored,
    dropped,
    failed,
    announced: () => announced,
    signIn: (user: string | undefined) => {
      viewer = user;
    },
  };
}

const pageOf = (...seqs: readonly number[]) =>
  aPage(seqs.map((seq) => anEntry({ seq, id: anId(6, seq) })));

describe('the window that holds the projection', () => {
  test('gets nothing before it has opened', async () => {
    const { feed } = setUp();

    expect(feed.take()).toBeUndefined();
    expect(feed.projection.cursors()).toBeUndefined();
    expect(await feed.projection.storePage(pageOf(1), [])).toMatchObject({
      error: { code: 'projection.not-ready' },
    });
  });

  test('M-9: tells which files left with a batch, once', async () => {
    const { feed, stored, dropped } = setUp();
    feed.open(new Map(), []);
    const page = pageOf(1);
    const storing = feed.projection.storePage(page, marksOf(page));
    feed.take();
    const file = FileHash.parse('a'.repeat(64));

    stored(1, 1, [file]);
    stored(1, 1, [file]);
    await storing;
    expect(dropped).toEqual([file]);
  });

  test('I-4: a page is stored only when the window says so, and then the cursor moves', async () => {
    const { feed, stored, announced } = setUp();
    feed.open(new Map(), []);
    const page = pageOf(1, 2);
    const storing = feed.projection.storePage(page, marksOf(page));
    expect(announced()).toBe(2);

    const batch = feed.take();
    expect(batch).toMatchObject({ batchId: 1, page: { page: { next: 2 } } });
    expect(feed.projection.cursors()?.size).toBe(0);
    stored(1, 2);
    expect(await storing).toEqual({ ok: true, value: undefined });
    expect(feed.projection.cursors()?.get(sampleScope)?.seq).toBe(2);
  });

  test('gets the same batch again until it has answered', async () => {
    const { feed } = setUp();
    feed.open(new Map(), []);
    void feed.projection.storePage(pageOf(1), ['']);

    expect(feed.take()).toBe(feed.take());
  });

  test('I-4: a page that was not stored is an answer, and the cursor stands', async () => {
    const { feed, failed } = setUp();
    feed.open(cursorAt(1), []);
    const storing = feed.projection.storePage(pageOf(2), ['']);
    feed.take();
    failed(1);

    expect(await storing).toMatchObject({ error: { code: 'projection.store-failed' } });
    expect(feed.projection.cursors()?.get(sampleScope)?.seq).toBe(1);
    expect(feed.take()).toBeUndefined();
  });

  test('I-24: gets local work again with a repair, which takes rows away that a restored server lost', () => {
    const { feed, save, stored } = setUp();
    feed.open(cursorAt(1), []);
    save({ target: document(1) });
    feed.take();
    stored(1);
    void feed.projection.storeRepair({ scope: sampleScope, buckets: [0], entries: [] }, [], 2);

    expect(feed.take()?.overlays.map(({ id, operations }) => [id, operations.length])).toEqual([
      [document(1).id, 1],
    ]);
  });

  test('that was closed has stored nothing of what it had not answered', async () => {
    const { feed } = setUp();
    feed.open(cursorAt(1), []);
    const taken = feed.projection.storePage(pageOf(2), ['']);
    const waiting = feed.projection.storePage(pageOf(3), ['']);
    feed.take();
    feed.close();

    for (const answer of [await taken, await waiting]) {
      expect(answer).toMatchObject({ error: { code: 'projection.not-ready' } });
    }
    expect(feed.projection.cursors()).toBeUndefined();
  });

  test('that opened anew is not answered for by the one before', async () => {
    const { feed, stored } = setUp();
    feed.open(cursorAt(1), []);
    const storing = feed.projection.storePage(pageOf(2), ['']);
    feed.take();
    feed.open(cursorAt(1), []);
    stored(1, 2);

    expect(await storing).toMatchObject({ error: { code: 'projection.not-ready' } });
    expect(feed.projection.cursors()?.get(sampleScope)?.seq).toBe(1);

    void feed.projection.storePage(pageOf(2, 3), ['', '']);
    expect(feed.take()?.batchId).toBe(2);
    stored(1, 2);
    expect(feed.projection.cursors()?.get(sampleScope)?.seq).toBe(1);
  });

  test('I-3: has another map of cursors than the window before it', () => {
    const { feed } = setUp();
    feed.open(cursorAt(1), []);
    const before = feed.projection.cursors();
    expect(feed.projection.cursors()).toBe(before);

    feed.open(cursorAt(1), []);
    expect(feed.projection.cursors()).not.toBe(before);
  });
});

describe('local work', () => {
  test('is offered as soon as it is saved', () => {
    const { feed, save } = setUp();
    feed.open(new Map(), []);
    const [operation] = save({});

    expect(feed.take()?.overlays).toEqual([
      { ...document(1), scope: sampleScope, operations: [{ operation, confirmedRev: null }] },
    ]);
  });

  test('goes along with every page that touches its record', () => {
    const { feed, save, stored } = setUp();
    feed.open(new Map(), []);
    save({});
    stored(feed.take()?.batchId ?? 0);
    void feed.projection.storePage(pageOf(1, 2), ['', '']);

    expect(feed.take()?.overlays.map(({ id }) => id)).toEqual([anId(6, 1)]);
  });

  test('§3.1: of another person never shapes this person’s screen', () => {
    const { feed, save } = setUp();
    feed.open(new Map(), []);
    save({ actor: colleague });

    expect(feed.take()?.overlays).toMatchObject([{ operations: [] }]);
  });

  test('is computed again once the server has answered', () => {
    const { feed, save, answer, stored } = setUp();
    feed.open(new Map(), []);
    const operations = save({});
    stored(feed.take()?.batchId ?? 0);
    answer(1, { status: 'rejected', code: 'incoming.clerk-only' });
    feed.projection.settle(operations);

    expect(feed.take()?.overlays).toMatchObject([{ id: anId(6, 1), operations: [] }]);
  });

  test('that could not be stored is offered again when the next exchange asks', () => {
    const { feed, save, failed, announced } = setUp();
    feed.open(new Map(), []);
    save({});
    failed(feed.take()?.batchId ?? 0);
    const before = announced();

    feed.projection.asked();
    expect(announced()).toBe(before + 1);
    expect(feed.take()?.overlays).toHaveLength(1);
  });

  test('nobody is reminded of nothing', () => {
    const { feed, announced } = setUp();
    feed.open(new Map(), []);
    const before = announced();

    feed.projection.asked();
    expect(announced()).toBe(before);
  });

  test('I-22: comes two hundred records at a time', () => {
    const { feed, save, stored } = setUp();
    feed.open(new Map(), []);
    save(...Array.from({ length: 450 }, (_, i) => ({ target: document(i + 1) })));
    const sizes: number[] = [];
    for (let batch = feed.take(); batch; batch = feed.take()) {
      sizes.push(batch.overlays.length);
      stored(batch.batchId);
    }

    expect(sizes).toEqual([200, 200, 50]);
  });
});

describe('a start', () => {
  test('§4.2: lays every open act upon the rows and counts dirty rows that no act explains', () => {
    const { feed, save } = setUp();
    save({}, { target: document(2) });
    const dirty = [document(2), document(3)].map((reference) => ({
      ...reference,
      scope: sampleScope,
    }));

    expect(feed.open(new Map(), dirty)).toEqual({ overlays: 3, defects: 1 });
    expect(feed.take()?.overlays.map(({ id, operations }) => [id, operations.length])).toEqual([
      [anId(6, 2), 1],
      [anId(6, 3), 0],
      [anId(6, 1), 1],
    ]);
  });

  test('forgets confirmed acts that the rows hold', () => {
    const { state, feed, save, answer } = setUp();
    save({});
    answer(1, { status: 'applied', rev: 1, seq: 5 });

    feed.open(cursorAt(5), []);
    expect(state.overlaidTargets()).toEqual([]);
  });

  test('keeps a confirmed act whose record has moved beyond the cursor: its row is still dirty', () => {
    const { state, feed, save, answer } = setUp();
    save({});
    answer(1, { status: 'applied', rev: 1, seq: 5 });

    feed.open(cursorAt(5), [{ ...document(1), scope: sampleScope }]);
    expect(state.overlayOf(anId(6, 1))).toHaveLength(1);
  });

  test('keeps what another person’s database may not hold yet', () => {
    const { state, feed, save, answer } = setUp();
    save({ actor: colleague });
    answer(1, { status: 'applied', rev: 1, seq: 5 });

    feed.open(cursorAt(5), []);
    expect(state.overlayOf(anId(6, 1))).toHaveLength(1);
  });
});

describe('confirmed acts', () => {
  test('are forgotten when a page with their revision was stored, not when the cursor has passed', () => {
    const { state, feed, save, answer, stored } = setUp();
    feed.open(new Map(), []);
    save({});
    answer(1, { status: 'applied', rev: 2, seq: 3 });
    stored(feed.take()?.batchId ?? 0);
    void feed.projection.storePage(pageOf(4), ['']);
    stored(feed.take()?.batchId ?? 0, 4);
    expect(state.overlayOf(anId(6, 1))).toHaveLength(1);

    void feed.projection.storePage(aPage([anEntry({ seq: 9, rev: 2, id: anId(6, 1) })]), ['']);
    stored(feed.take()?.batchId ?? 0, 9);
    expect(state.overlayOf(anId(6, 1))).toEqual([]);
  });

  test('I-7: whose record has left a scope are taken off the row that shows them in another one', () => {
    const { feed, save, answer, stored } = setUp();
    feed.open(new Map(), []);
    save({});
    answer(1, { status: 'applied', rev: 1, seq: 3 });
    stored(feed.take()?.batchId ?? 0);
    const left = anEntry({ seq: 9, rev: 4, kind: 'leave', id: anId(6, 1), content: null });

    void feed.projection.storePage(aPage([left], { scope: dossierScope(anId(9, 1)) }), ['']);
    stored(feed.take()?.batchId ?? 0, 9);
    expect(feed.take()?.overlays).toEqual([{ ...document(1), scope: sampleScope, operations: [] }]);
  });
});

describe('an answer with which everything matches', () => {
  test('I-24: forgets what was confirmed when it was asked for, and nothing that a hub told of since', () => {
    const { state, feed, save, answer } = setUp();
    feed.open(cursorAt(5), []);
    save({}, { target: document(2) });
    answer(1, { status: 'applied', rev: 1, seq: 5 });
    feed.projection.asked();
    answer(2, { status: 'applied', rev: 1, seq: 6 });

    feed.projection.caughtUp();
    expect(state.overlaidTargets()).toEqual([document(2)]);

    feed.projection.asked();
    feed.projection.caughtUp();
    expect(state.overlaidTargets()).toEqual([]);
  });

  test('§6.6: forgets what it told the outcome of itself', () => {
    const { state, feed, save, answer } = setUp();
    feed.open(cursorAt(5), []);
    const operations = save({});
    feed.projection.asked();
    answer(1, { status: 'applied', rev: 1, seq: 6 });
    feed.projection.settle(operations);

    feed.projection.caughtUp();
    expect(state.overlaidTargets()).toEqual([]);
  });
});

describe('a purge', () => {
  test('I-14: forgets the cursor, and local work brings nothing back until the scope does', async () => {
    const { feed, save, stored } = setUp();
    feed.open(cursorAt(5), []);
    save({});
    stored(feed.take()?.batchId ?? 0);
    const purging = feed.projection.purge([sampleScope]);
    const batch = feed.take();
    expect(batch?.purge).toEqual([sampleScope]);
    stored(batch?.batchId ?? 0);

    expect((await purging).ok).toBe(true);
    expect(feed.projection.cursors()?.has(sampleScope)).toBe(false);
    const emptied = feed.take();
    expect(emptied?.overlays).toMatchObject([{ operations: [] }]);
    stored(emptied?.batchId ?? 0);

    const storing = feed.projection.storePage(aPage([anEntry({ seq: 6, id: anId(6, 9) })]), ['']);
    const again = feed.take();
    expect(again?.overlays).toMatchObject([{ operations: [{ confirmedRev: null }] }]);
    stored(again?.batchId ?? 0, 6);
    expect((await storing).ok).toBe(true);
  });

  test('I-3, I-14: that failed is done before the first page of the scope that is given again', async () => {
    const { feed, failed, stored } = setUp();
    feed.open(cursorAt(5), []);
    const purging = feed.projection.purge([sampleScope]);
    failed(feed.take()?.batchId ?? 0);
    await purging;

    const pages = [6, 7].map((seq) => aPage([anEntry({ seq, id: anId(6, seq) })]));
    const purges: unknown[] = [];
    for (const [i, page] of pages.entries()) {
      const storing = feed.projection.storePage(page, ['']);
      const batch = feed.take();
      purges.push(batch?.purge);
      stored(batch?.batchId ?? 0, 6 + i);
      await storing;
    }
    expect(purges).toEqual([[sampleScope], []]);
    expect(feed.projection.cursors()?.get(sampleScope)?.seq).toBe(7);
  });

  test('I-3: rows of a first page that was cut go before it is read anew, and local work shows again', async () => {
    const { feed, save, stored } = setUp();
    save({});
    feed.open(cursorAt(0), []);
    stored(feed.take()?.batchId ?? 0);

    const storing = feed.projection.storePage(aPage([anEntry({ seq: 6, id: anId(6, 9) })]), ['']);
    const batch = feed.take();
    expect(batch).toMatchObject({ purge: [sampleScope], overlays: [{ operations: [{}] }] });
    stored(batch?.batchId ?? 0, 6);
    await storing;
  });

  test('R-6: that failed leaves one’s own work upon the rows that are still there, until it is tried again', async () => {
    const { feed, save, failed, stored } = setUp();
    feed.open(cursorAt(5), []);
    save({});
    stored(feed.take()?.batchId ?? 0);
    const purging = feed.projection.purge([sampleScope]);
    failed(feed.take()?.batchId ?? 0);
    await purging;
    const left = feed.take();
    expect(left?.overlays).toMatchObject([{ operations: [{ confirmedRev: null }] }]);
    stored(left?.batchId ?? 0);

    save({});
    void feed.projection.purge([sampleScope]);
    expect(feed.take()?.overlays).toMatchObject([{ operations: [] }]);
  });

  test('that failed leaves no cursor to go on from, and the scope can be purged again', async () => {
    const { feed, failed } = setUp();
    feed.open(cursorAt(5), []);
    const purging = feed.projection.purge([sampleScope]);
    failed(feed.take()?.batchId ?? 0);

    expect((await purging).ok).toBe(false);
    expect(feed.projection.cursors()?.get(sampleScope)).toEqual({ seq: 0, digest: EMPTY_DIGEST });
  });
});

test('§7.3: a dossier that only this machine has stands in its own scope at once, and its key may be made', () => {
  const { feed, save } = setUp();
  feed.open(cursorAt(5), []);
  const id = anId(6, 40);
  const scope = dossierScope(id);
  expect(feed.holds(scope)).toBe(false);

  save({ kind: 'create', target: { type: 'dossier', id } });

  expect(feed.take()?.overlays).toMatchObject([{ type: 'dossier', id, scope }]);
  expect(feed.holds(scope)).toBe(true);
});

test('I-14: the key of a withdrawn scope is not made again, until the server gives the scope again', async () => {
  const { feed, stored } = setUp();
  const scope = dossierScope(anId(6, 41));
  feed.open(new Map([...cursorAt(5), [scope, { seq: 1, digest: EMPTY_DIGEST }]]), []);
  expect(feed.holds(scope)).toBe(true);

  const purged = feed.projection.purge([scope]);

  expect(feed.holds(scope)).toBe(false);
  stored(feed.take()?.batchId ?? 0);
  await purged;
  expect(feed.holds(scope)).toBe(false);
  void feed.projection.storePage({ ...aPage([]), scope }, []);
  feed.take();
  expect(feed.holds(scope)).toBe(true);
});

describe('colleagues’ work (§20)', () => {
  const relayed = (scope = sampleScope) => {
    const made = anOperation({ dev: anId(5, 2), actor: colleague });
    return {
      t: 'relayed',
      envelope: sealed(made, scope),
      op: made,
      after: { inc: 1, n: 0 },
    } as const;
  };

  test('it lies upon the records of who holds its scope, and of nobody else', () => {
    const { feed, peers } = setUp();
    feed.open(cursorAt(1), []);
    const open = relayed();
    peers.take(open);
    feed.saved([open.op]);
    expect(feed.take()?.overlays).toMatchObject([
      { id: sample.documentId, scope: sampleScope, operations: [{ confirmedRev: null }] },
    ]);

    const other = setUp();
    other.feed.open(cursorAt(1), []);
    const restricted = relayed(dossierScope(anId(6, 9)));
    other.peers.take(restricted);
    other.feed.saved([restricted.op]);
    expect(other.feed.take()?.overlays).toMatchObject([{ operations: [] }]);
  });

  test('§20, I-13: what another person did at this PC lies there once the hub told that it is for this one, until the province has spoken', () => {
    const ownDevice = anOperation().dev;
    const chain = { t: 'chain', dev: ownDevice, inc: 1, n: 0, hash: CHAIN_START } as const;
    const made = anOperation({ actor: colleague });
    const after = { inc: 1, n: 1 };
    const isShownIn = (scope: Scope, ...outcomes: readonly Outcome[]): boolean => {
      const { feed, state, peers } = setUp();
      feed.open(cursorAt(1), []);
      const envelope = sealed(made, scope);
      for (const record of [
        chain,
        { t: 'op', op: made },
        { t: 'relayed', envelope, op: made, after },
        ...outcomes.map((outcome) => ({ t: 'outcome', inc: 1, n: 1, outcome }) as const),
      ] as const) {
        state.take(record);
        peers.take(record);
      }
      return feed.overlayOf(sample.documentId).length > 0;
    };
    expect(isShownIn(sampleScope)).toBe(true);
    expect(isShownIn(dossierScope(anId(6, 9)))).toBe(false);
    expect(isShownIn(sampleScope, { status: 'applied', rev: 1, seq: 5 })).toBe(true);
    expect(isShownIn(sampleScope, { status: 'rejected', code: 'incoming.clerk-only' })).toBe(false);
  });

  test.each(['stored', 'failed'] as const)(
    'I-13: it shows from the moment in which its scope is held, a first page %s',
    (ended) => {
      const { feed, peers, ...answer } = setUp();
      feed.open(new Map(), []);
      const open = relayed();
      peers.take(open);
      feed.saved([open.op]);
      const unseen = feed.take();
      expect(unseen?.overlays).toMatchObject([{ operations: [] }]);
      answer.stored(unseen?.batchId ?? 0);

      void feed.projection.storePage(aPage([anEntry({ seq: 1, id: anId(6, 7) })]), [
        '0'.repeat(16),
      ]);
      answer[ended](feed.take()?.batchId ?? 0, 1);
      expect(feed.take()?.overlays).toMatchObject([{ operations: [{ confirmedRev: null }] }]);
    },
  );

  test('I-24: it goes once the row shows it by itself', () => {
    const { feed, peers, stored } = setUp();
    feed.open(cursorAt(0), []);
    const { op, ...rest } = relayed();
    peers.take({ ...rest, op });
    peers.take({
      t: 'relayDecided',
      decision: aDecision(rest.envelope, { status: 'applied', rev: 1, seq: 7 }),
    });
    void feed.projection.storePage(aPage([anEntry({ seq: 7, id: sample.documentId })]), [
      '0'.repeat(16),
    ]);
    const batch = feed.take();
    expect(batch?.overlays).toMatchObject([{ operations: [{ confirmedRev: 1 }] }]);
    stored(batch?.batchId ?? 0, 7);
    expect(peers.targets()).toEqual([]);
  });

  const lent = (over: object = {}): Lent =>
    JournalRecord.parse({
      t: 'lent',
      by: colleague,
      target: document(1),
      scope: sampleScope,
      base: { rev: 3, content: { subject: 'Giấy mời họp' } },
      heads: [],
      files: [],
      carried: [],
      ...over,
    }) as Lent;

  test('§20: a record that only a bundle told of is shown to who holds its scope, and goes with the scope', async () => {
    const { feed, peers, stored } = setUp();
    feed.open(cursorAt(1), []);
    peers.take(lent());
    peers.take(lent({ target: document(2), scope: dossierScope(anId(6, 9)) }));
    feed.saved([{ target: document(1) }, { target: document(2) }]);
    const batch = feed.take();
    expect(batch?.overlays.map(({ id, lent: base }) => [id, base?.rev])).toEqual([
      [anId(6, 1), 3],
      [anId(6, 2), undefined],
    ]);
    stored(batch?.batchId ?? 0);

    void feed.projection.purge([sampleScope]);
    stored(feed.take()?.batchId ?? 0);
    await Promise.resolve();
    feed.saved([{ target: document(1) }]);
    expect(feed.take()?.overlays.flatMap(({ lent: base }) => base ?? [])).toEqual([]);
  });

  test('§20: what a bundle told of a record counts until the server has told as much', () => {
    const { feed, peers, stored } = setUp();
    feed.open(cursorAt(0), []);
    peers.take(lent());
    peers.take(lent({ base: { rev: 2, content: {} } }));
    for (const [seq, rev, told] of [
      [1, 2, 3],
      [2, 3, undefined],
    ] as const) {
      void feed.projection.storePage(aPage([anEntry({ seq, rev, id: anId(6, 1) })]), [
        '0'.repeat(16),
      ]);
      stored(feed.take()?.batchId ?? 0, seq);
      expect(peers.baseOf(anId(6, 1), () => true)?.rev).toBe(told);
    }
    expect(peers.targets()).toEqual([]);
  });

  test('§20: the files of a bundle are kept and sent until the server has them', () => {
    const { peers } = setUp();
    const files = ['a', 'b'].map((digit) => FileHash.parse(digit.repeat(64)));
    peers.take(lent({ files, carried: files, base: null }));
    expect(peers.carriedFiles()).toEqual(files);
    for (const [at, sha256] of files.entries()) {
      expect(peers.isLentOpen(lent({ carried: files, base: null }))).toBe(true);
      if (sha256) peers.take({ t: 'fileReceived', sha256 });
      expect(peers.carriedFiles()).toHaveLength(1 - at);
    }
    expect(peers.isLentOpen(lent({ carried: files, base: null }))).toBe(false);
  });
});
