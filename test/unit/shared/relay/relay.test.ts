import { describe, expect, test } from 'vitest';
import { ok } from '@shared/kernel/result';
import { Envelope } from '@shared/protocol/relay-message';
import { openEnvelope } from '@shared/relay/envelope';
import { MOST_OFFERS } from '@shared/relay/relay-client';
import { OF_A_STOPPED_DEVICE } from '@shared/relay/signed';
import { dossierScope } from '@shared/sync/record';
import { operationHash, type Operation } from '@shared/sync/operation';
import { anId, anOperation, sample, sha256 } from '../../../support/core-builders';
import {
  aDecision,
  aHub,
  anAuthority,
  aRelayStation,
  cipher,
  isOfProvince,
  office,
  scopeKey,
  sealed,
} from '../../../support/relay-office';

const [clerkPc, leaderPc, stranger] = [anId(5, 1), anId(5, 2), anId(4, 7)];
const document = { type: 'incomingDocument', id: sample.documentId } as const;
const aPatch = (now: string) => ({
  kind: 'patch',
  target: document,
  base: null,
  body: { set: { subject: { was: 'Giấy mời', now } } },
});

/** Two machines of one office and its hub. */
function anOffice() {
  const hub = aHub();
  const clerk = aRelayStation(clerkPc, { hub: () => hub });
  const leader = aRelayStation(leaderPc, { hub: () => hub });
  const meet = async (station: typeof clerk) => {
    for (;;) {
      const met = await station.client.meetHub();
      if (!met.ok || !met.value.more) return met;
    }
  };
  return { hub, clerk, leader, meet };
}
const subjects = (operations: readonly Operation[]) =>
  operations.map(({ kind, n }) => `${kind} ${n}`);

describe('envelopes', () => {
  test('§20: what is inside comes out again, for who holds the key of the scope', () => {
    const operation = anOperation();
    const envelope = sealed(operation);

    expect(openEnvelope({ cipher, sha256 }, envelope, scopeKey(office))).toEqual(operation);
    expect(JSON.stringify(envelope)).not.toContain('công tác văn thư');
    const other = scopeKey(dossierScope(anId(6, 9)));
    expect(openEnvelope({ cipher, sha256 }, envelope, other)).toBeUndefined();
  });

  test('§20: an envelope under another header is not opened', () => {
    const envelope = sealed(anOperation());
    const deps = { cipher, sha256 };
    for (const changed of [
      { scope: dossierScope(anId(6, 9)) },
      { n: 2 },
      { files: [operationHash(anOperation(), sha256)] as never },
      { hash: 'f'.repeat(64) },
    ]) {
      expect(openEnvelope(deps, { ...envelope, ...changed }, scopeKey(office))).toBeUndefined();
    }
  });
});

test('I-16: an envelope with no bytes inside, or with a place that no database keeps, is none and stops nobody', () => {
  const envelope = sealed(anOperation());
  expect(openEnvelope({ cipher, sha256 }, { ...envelope, sealed: 'A' }, scopeKey(office))).toBe(
    undefined,
  );
  expect(Envelope.safeParse(envelope).success).toBe(true);
  for (const over of [{ sealed: 'A' }, { n: 2 ** 31 }, { inc: 2 ** 31 }])
    expect(Envelope.safeParse({ ...envelope, ...over }).success).toBe(false);
});

describe('through the hub', () => {
  test('§20: the clerk’s paper reaches the leader’s screen, and the leader’s act the clerk’s', async () => {
    const { clerk, leader, meet } = anOffice();
    clerk.act({});
    await meet(clerk);
    await meet(leader);
    expect(subjects(leader.shown(sample.documentId))).toEqual(['create 1']);
    expect(leader.touched).toEqual([sample.documentId]);

    leader.act(aPatch('Giấy mời họp'));
    clerk.act(aPatch('Giấy mời làm việc'));
    await meet(leader);
    await meet(clerk);
    await meet(leader);
    // Each machine shows the acts in the order in which it came to know them.
    expect(subjects(clerk.shown(sample.documentId))).toEqual(['create 1', 'patch 2', 'patch 1']);
    expect(subjects(leader.shown(sample.documentId))).toEqual(['create 1', 'patch 1', 'patch 2']);
    expect(clerk.client.relayedCount()).toBe(2);
    expect(clerk.state.pendingCount()).toBe(2);
  });

  test('M-25, I-5: work that came twice, by the hub and by another way, is shown once', async () => {
    const { clerk, leader, meet } = anOffice();
    const [made] = clerk.act({});
    if (!made) throw new Error('nothing made');
    leader.take({ t: 'relayed', envelope: sealed(made), op: made, after: { inc: 1, n: 0 } });
    await meet(clerk);
    await meet(leader);
    await meet(leader);
    expect(leader.shown(sample.documentId)).toHaveLength(1);
    expect(leader.records.filter(({ t }) => t === 'relayed')).toHaveLength(1);
    await meet(clerk);
    expect(clerk.shown(sample.documentId)).toHaveLength(1);
  });

  test('M-25, I-5: work that came by two ways in one flush is shown once', () => {
    const { clerk, leader } = anOffice();
    const [made] = clerk.act({});
    const op = made as Operation;
    for (const envelope of [sealed(op), sealed(op)])
      leader.take({ t: 'relayed', envelope, op, after: { inc: 1, n: 0 } });
    expect(leader.shown(sample.documentId)).toHaveLength(1);
  });

  test('M-24: a hub that answers for the province is not believed', async () => {
    const { hub, clerk, leader, meet } = anOffice();
    const [made] = clerk.act({});
    await meet(clerk);
    await meet(leader);
    const envelope = sealed(made as Operation);
    const forged = aDecision(envelope, { status: 'rejected', code: 'x' }, scopeKey(office));
    // A hub in other hands: it keeps whatever it likes.
    await hub.store.keepDecisions([forged]);
    await meet(clerk);
    await meet(leader);
    expect(clerk.state.pendingCount()).toBe(1);
    expect(leader.shown(sample.documentId)).toHaveLength(1);
    // Nor does our own hub keep one.
    const honest = aHub();
    await honest.exchange(
      { deviceId: clerkPc, userId: sample.clerkId },
      {
        mailbox: null,
        after: 0,
        envelopes: [envelope],
      },
    );
    await honest.decided([forged]);
    expect(honest.store.lines).toHaveLength(1);
    expect(isOfProvince(forged)).toBe(false);
  });

  test('I-23: what a restored province decided in an earlier history is asked for again', async () => {
    const { hub, clerk, leader, meet } = anOffice();
    const [made] = clerk.act({});
    await meet(clerk);
    await meet(leader);
    const envelope = sealed(made as Operation);
    const applied = { status: 'applied', rev: 1, seq: 1 } as const;
    await hub.decided([aDecision(envelope, applied)]);
    const newer = {
      t: 'contact',
      ticket: '',
      timeline: anId(9, 7),
      serverTime: 0,
      wall: 0,
    } as const;
    for (const station of [clerk, leader]) station.take(newer);
    await meet(clerk);
    await meet(leader);
    expect(clerk.state.pendingCount()).toBe(1);
    expect(leader.peers.undecided()).toHaveLength(1);
    expect(await hub.store.undecided(sample.timeline, 9)).toEqual([]);
    expect(await hub.store.undecided(newer.timeline, 9)).toEqual(
      [envelope].map(({ nonce: _n, sealed: _s, ...header }) => expect.objectContaining(header)),
    );

    await hub.decided([aDecision(envelope, applied, undefined, newer.timeline)]);
    await meet(clerk);
    await meet(leader);
    expect(clerk.state.pendingCount()).toBe(0);
    expect(leader.peers.undecided()).toEqual([]);
  });

  test('I-23: a word of the new history that came before its workstation knew of it is read again', async () => {
    const { hub, clerk, meet } = anOffice();
    const [made] = clerk.act({});
    await meet(clerk);
    const timeline = anId(9, 7);
    await hub.decided([aDecision(sealed(made as Operation), undefined, undefined, timeline)]);
    await meet(clerk);
    expect(clerk.state.pendingCount()).toBe(1);
    clerk.take({ t: 'contact', ticket: '', timeline, serverTime: 0, wall: 0 });
    await meet(clerk);
    expect(clerk.state.pendingCount()).toBe(0);
  });

  test('§20: an own act that is journalled together with a colleague’s work was not made in its sight', async () => {
    const { clerk, leader, meet } = anOffice();
    clerk.act({});
    await meet(clerk);
    leader.actBeforeNext(aPatch('Giấy mời họp'));
    await meet(leader);
    expect(subjects(leader.shown(sample.documentId))).toEqual(['patch 1', 'create 1']);
  });

  test('§20: the province’s word ends the waiting of the author and of the colleague', async () => {
    const { hub, clerk, leader, meet } = anOffice();
    const [first, second] = clerk.act({}, aPatch('Giấy mời họp'));
    await meet(clerk);
    await meet(leader);
    await hub.decided([
      aDecision(sealed(first as Operation)),
      aDecision(sealed(second as Operation), { status: 'rejected', code: 'document.wrong-state' }),
    ]);
    await meet(clerk);
    await meet(leader);
    expect(clerk.state.pendingCount()).toBe(0);
    expect(clerk.state.attention()).toHaveLength(1);
    expect(leader.peers.undecided()).toEqual([]);
    expect(leader.peers.refused().map(({ operation }) => operation.n)).toEqual([2]);
    expect(subjects(leader.shown(sample.documentId))).toEqual(['create 1']);
    // The row shows it by itself from now on.
    expect(leader.peers.landed(({ rev }) => rev <= 1)).toEqual([document]);
    expect(leader.shown(sample.documentId)).toEqual([]);
    leader.take({ t: 'dismissed', opId: (second as Operation).opId });
    expect(leader.peers.refused()).toEqual([]);
  });

  test('§13.3: that a machine was stopped ends the waiting of its colleagues; its own work waits for a person there', async () => {
    const { hub, clerk, leader, meet } = anOffice();
    const [made] = clerk.act({});
    await meet(clerk);
    await meet(leader);
    await hub.decided([aDecision(sealed(made as Operation), OF_A_STOPPED_DEVICE)]);
    await meet(clerk);
    await meet(leader);
    expect(leader.peers.undecided()).toEqual([]);
    expect(leader.peers.refused()).toHaveLength(1);
    expect(clerk.state.pendingCount()).toBe(1);
    expect(clerk.state.attention()).toEqual([]);
  });

  test('I-13: what lies in a dossier is handed to its members and to its author’s machine', async () => {
    const dossier = dossierScope(anId(6, 9));
    const authority = anAuthority({
      dossiers: [{ id: anId(6, 9), members: [sample.clerkId] }],
    });
    const hub = aHub(anId(9, 2), authority);
    const reading = { mailbox: null, after: 0, envelopes: [] };
    const made = anOperation({ dev: leaderPc });
    await hub.exchange(
      { deviceId: leaderPc, userId: undefined },
      {
        ...reading,
        envelopes: [sealed(made, dossier)],
      },
    );

    const readBy = async (deviceId: string, userId: string | undefined) =>
      (await hub.exchange({ deviceId, userId }, reading)).items.length;
    expect(await readBy(clerkPc, sample.clerkId)).toBe(1);
    expect(await readBy(clerkPc, stranger)).toBe(0);
    expect(await readBy(clerkPc, undefined)).toBe(0);
    expect(await readBy(leaderPc, undefined)).toBe(1);
  });

  test('I-2, §20: a hub that was put back or replaced gets everything again, causes first, and keeps nothing that was meant for the one before', async () => {
    const first = aHub(anId(9, 2));
    const second = aHub(anId(9, 3));
    let hub = first;
    const clerk = aRelayStation(clerkPc, { hub: () => hub });
    clerk.act({}, aPatch('Giấy mời họp'));
    await clerk.client.meetHub();
    clerk.act(aPatch('Giấy mời họp giao ban'));
    hub = second;
    const met = await clerk.client.meetHub();
    expect(met.ok && met.value.more).toBe(true);
    // The machine may be lost at this very moment: what lies there must not wait behind a hole for ever.
    expect(second.store.lines).toEqual([]);
    await clerk.client.meetHub();

    const places = second.store.lines.map((line) => line.kind === 'envelope' && line.envelope.n);
    expect(places).toEqual([1, 2, 3]);
    expect(clerk.client.relayedCount()).toBe(3);
  });

  test('§20: past its date the hub says so and goes on handing over', async () => {
    const hub = aHub(anId(9, 2), anAuthority({ validUntil: 499 }));
    const clerk = aRelayStation(clerkPc, { hub: () => hub });
    clerk.act({});
    const met = await clerk.client.meetHub();
    expect(met.ok && met.value.reply.isAuthorityOld).toBe(true);
    expect(hub.store.lines).toHaveLength(1);
  });
});

test('I-13: what a bundle or a colleague says of a moved record goes before where its first act was sealed', () => {
  const { leader } = anOffice();
  const dossier = dossierScope(anId(6, 9));
  const after = { inc: 1, n: 0 };
  const takeAct = (n: number, scope = office) => {
    const op = anOperation({ dev: clerkPc, n, opId: anId(7, n) });
    leader.take({ t: 'relayed', envelope: sealed(op, scope), op, after });
  };
  takeAct(1);
  expect(leader.peers.scopeOf(sample.documentId)).toBe(office);
  leader.take({
    t: 'lent',
    by: sample.clerkId,
    target: document,
    scope: dossier,
    base: { rev: 2, content: {} },
    heads: [],
    files: [],
    carried: [],
  } as never);
  expect(leader.peers.scopeOf(sample.documentId)).toBe(dossier);
  takeAct(2);
  expect(leader.peers.scopeOf(sample.documentId)).toBe(dossier);
  const other = anOffice().leader;
  for (const [n, scope] of [office, dossier].entries()) {
    const op = anOperation({ dev: clerkPc, n: n + 1, opId: anId(7, n + 1) });
    other.take({ t: 'relayed', envelope: sealed(op, scope), op, after });
  }
  expect(other.peers.scopeOf(sample.documentId)).toBe(dossier);
});

test('§20: work that nobody here may read is forgotten once the province has decided it', () => {
  const { leader } = anOffice();
  const envelope = sealed(anOperation({ dev: clerkPc }));
  leader.take({ t: 'relayed', envelope, op: null, after: { inc: 1, n: 0 } });
  expect(leader.peers.isOpen(envelope)).toBe(true);
  leader.take({ t: 'relayDecided', decision: aDecision(envelope) });
  expect([leader.peers.isOpen(envelope), leader.peers.has(envelope)]).toEqual([false, true]);
  expect(leader.peers.unread()).toEqual([]);
});

test('I-22: a hub that takes nothing more of this machine hands on all the same, and the screen is told', async () => {
  const { hub, clerk, meet } = anOffice();
  clerk.act({});
  await meet(clerk);
  const leader = aRelayStation(leaderPc, { hub: () => hub, isFull: true });
  leader.act(aPatch('Giấy mời họp'));
  for (const _ of [1, 2])
    expect(await leader.client.meetHub()).toMatchObject({ error: { code: 'hub.machine-full' } });
  expect(leader.peers.undecided()).toHaveLength(1);
  expect(leader.client.relayedCount()).toBe(0);
});

describe('to the province', () => {
  test('§20: colleagues’ work goes first, in the order in which it came', async () => {
    const { clerk, meet, hub } = anOffice();
    const asked: string[] = [];
    const leader = aRelayStation(leaderPc, {
      hub: () => hub,
      province: async ({ envelopes }) => {
        asked.push(...envelopes.map(({ n }) => `clerk ${n}`));
        return ok({
          results: envelopes.map((envelope) => ({
            answer: 'final',
            decision: aDecision(envelope),
          })),
        });
      },
    });
    clerk.act({}, aPatch('Giấy mời họp'));
    await meet(clerk);
    await meet(leader);
    expect(await leader.client.deliverPeers()).toEqual(ok(undefined));
    expect(asked).toEqual(['clerk 1', 'clerk 2']);
    expect(leader.peers.undecided()).toEqual([]);
    expect(await leader.client.deliverPeers()).toEqual(ok(undefined));
    expect(asked).toHaveLength(2);
  });

  test('§20: what a colleague made in sight of one’s own waiting work follows it, and goes before what came after', async () => {
    const { leader, meet, hub } = anOffice();
    const delivered: string[] = [];
    const clerk = aRelayStation(clerkPc, {
      hub: () => hub,
      province: async ({ envelopes }) => {
        delivered.push(...envelopes.map(({ n }) => `leader ${n}`));
        return ok({
          results: envelopes.map((envelope) => ({
            answer: 'final',
            decision: aDecision(envelope),
          })),
        });
      },
    });
    const [made] = clerk.act({});
    await meet(clerk);
    await meet(leader);
    leader.act(aPatch('Giấy mời họp'));
    await meet(leader);
    await meet(clerk);
    const [after] = clerk.act(aPatch('Giấy mời làm việc'));
    if (!made || !after) throw new Error('nothing made');

    await clerk.client.deliverPeers();
    expect(delivered).toEqual([]);
    expect([made, after].map(clerk.client.maySend)).toEqual([true, false]);
    clerk.take({
      t: 'outcome',
      inc: made.inc,
      n: made.n,
      outcome: { status: 'applied', rev: 1, seq: 1 },
    });
    await clerk.client.deliverPeers();
    expect(delivered).toEqual(['leader 1']);
    expect(clerk.client.maySend(after)).toBe(true);
  });

  test('M-24: a final word that nobody can believe is heard once a connection', async () => {
    const { clerk, meet, hub } = anOffice();
    let asked = 0;
    const leader = aRelayStation(leaderPc, {
      hub: () => hub,
      province: async ({ envelopes }) => {
        asked += 1;
        return ok({
          results: envelopes.map((envelope) => ({
            answer: 'final',
            decision: aDecision(envelope, undefined, scopeKey(office)),
          })),
        });
      },
    });
    clerk.act({});
    await meet(clerk);
    await meet(leader);
    for (const _ of [1, 2]) expect(await leader.client.deliverPeers()).toEqual(ok(undefined));
    expect(asked).toBe(1);
    expect(leader.peers.undecided()).toHaveLength(1);
    leader.client.tryAgain();
    await leader.client.deliverPeers();
    expect(asked).toBe(2);
  });

  test.each(['wait', 'expect'] as const)(
    '§20, I-6: what was made in sight of work that the province does not take now (%s) waits with it, for so long and no longer',
    async (answer) => {
      const { clerk, meet, hub } = anOffice();
      const leader = aRelayStation(leaderPc, {
        hub: () => hub,
        province: async ({ envelopes }) =>
          ok({
            results: envelopes.map(() =>
              answer === 'wait' ? { answer } : { answer, expected: 1 },
            ),
          }),
      });
      clerk.act({});
      await meet(clerk);
      await meet(leader);
      const [seen] = leader.act(aPatch('Giấy mời họp'));
      if (!seen) throw new Error('nothing made');
      for (let times = 1; times <= MOST_OFFERS; times++) {
        expect(leader.client.maySend(seen)).toBe(false);
        expect(await leader.client.deliverPeers()).toEqual(ok(undefined));
      }
      // A hole that nobody fills stops nobody (I-16); the work is kept.
      expect(leader.client.maySend(seen)).toBe(true);
      expect(leader.peers.undecided()).toHaveLength(1);
      leader.client.tryAgain();
      expect(leader.client.maySend(seen)).toBe(false);
    },
  );

  test('I-16: what the province refuses without a word stops nobody from the first', async () => {
    const { clerk, meet, hub } = anOffice();
    const leader = aRelayStation(leaderPc, {
      hub: () => hub,
      province: async ({ envelopes }) =>
        ok({ results: envelopes.map(() => ({ answer: 'refused' })) }),
    });
    clerk.act({});
    await meet(clerk);
    await meet(leader);
    const [seen] = leader.act(aPatch('Giấy mời họp'));
    if (!seen) throw new Error('nothing made');
    await leader.client.deliverPeers();
    expect(leader.client.maySend(seen)).toBe(true);
  });
});
