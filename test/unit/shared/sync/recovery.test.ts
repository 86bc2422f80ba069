import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { FileHash } from '@shared/kernel/ids';
import { ok } from '@shared/kernel/result';
import { PROTOCOL_VERSION } from '@shared/protocol/version';
import { createExchange, type ExchangeDeps } from '@shared/sync/exchange';
import type { Fork } from '@shared/sync/intake-store';
import { bucketSums, userScope } from '@shared/sync/record';
import { offersOf, type Witness } from '@shared/sync/witness';
import { aDraft, aUser, anId, sample, sampleScope, sha256 } from '../../../support/core-builders';
import { createBench, createQuietWorld, createServer } from '../../../support/quiet-world';

const paper = (n: number) => aDraft({ target: { type: 'incomingDocument', id: anId(6, n) } });
const [NEWER, FOREIGN] = [anId(9, 7), anId(9, 8)];
const session = { deviceId: sample.deviceId, inc: 1, officeId: sample.officeId, user: aUser() };

/** A workstation of the production core whose server can be made to speak as a restored one. */
async function aWorkstation() {
  const world = createQuietWorld();
  const server = createServer(world);
  const bench = createBench(world, server);
  await bench.start();
  const pass = bench.line.send;
  return {
    world,
    server,
    bench,
    heal: () => void (bench.line.send = pass),
    /** The next answers say that the server was restored and has operations up to `lastN`. */
    goBack: (lastN: number): void => {
      bench.line.send = async (request, send) => {
        const reply = await send({ ...request, ops: [] });
        if (!reply.ok) return reply;
        const { value } = reply;
        const again = { timeline: NEWER, ancestry: [sample.timeline], recovery: { lastN } };
        return ok({ ...value, ...again, pages: [], scopes: [], heads: {} });
      };
    },
  };
}

describe('I-2, I-23: the server went back', () => {
  test('what it does not have waits again as it was, in its order, before what is new', async () => {
    const { bench, goBack } = await aWorkstation();
    await bench.save(paper(1), paper(2));
    await bench.round();
    await bench.save(paper(3));
    const sent = bench.line.sent[0]?.ops ?? [];
    goBack(1);

    expect(await bench.round()).toMatchObject({ ok: true, value: { more: true, matched: false } });
    expect(bench.state().pending()[0]).toEqual(sent[1]);
    expect(
      bench
        .state()
        .pending()
        .map(({ n }) => n),
    ).toEqual([2, 3]);
    expect(bench.state().contact()?.timeline).toBe(NEWER);
  });

  test('I-21: of files it is told again that may have come after the backup, and of no others', async () => {
    const { world, bench, goBack } = await aWorkstation();
    const files = ['a', 'b', 'c'].map((digit) => FileHash.parse(digit.repeat(64)));
    const [early, late, later] = files;
    const receive = (sha256?: FileHash) =>
      world.settle(bench.journal().append(() => (sha256 ? [{ t: 'fileReceived', sha256 }] : [])));
    await bench.save({ ...paper(1), files });
    await bench.round();
    await receive(early);
    await bench.save(paper(2));
    await bench.round();
    await receive(late);
    await bench.save(paper(3));
    await bench.round();
    await receive(later);
    expect(bench.state().unsentFiles()).toEqual([]);
    goBack(2);
    await bench.round();

    expect(bench.state().unsentFiles()).toEqual([late, later]);
    expect(late && bench.state().unsentFor(late)).toBe(anId(6, 1));
    await receive(late);
    bench.kill();
    await bench.start();
    expect(bench.state().unsentFiles()).toEqual([later]);
  });

  test('a kill behind it loses nothing: the journal says the same again', async () => {
    const { bench, goBack } = await aWorkstation();
    await bench.save(paper(1), paper(2));
    await bench.round();
    goBack(0);
    await bench.round();
    bench.kill();
    await bench.start();

    expect(
      bench
        .state()
        .pending()
        .map(({ n }) => n),
    ).toEqual([1, 2]);
    await bench.save(paper(3));
    expect(bench.state().lastN()).toBe(3);
  });

  test('§13.2, M-14: what the journal keeps no longer is said to a restored server once, and to no other one', async () => {
    const { world, bench } = await aWorkstation();
    const chain = { dev: sample.deviceId as never, inc: 1, n: 5, hash: 'a'.repeat(64) };
    await world.settle(bench.journal().append(() => [{ t: 'chain', ...chain }]));
    await bench.save(paper(1));
    expect(await bench.round()).toMatchObject({ error: { code: 'device.forked' } });

    bench.line.send = async (request, send) => {
      const reply = await send(request);
      return reply.ok ? ok({ ...reply.value, ancestry: [FOREIGN] }) : reply;
    };
    expect((await bench.round()).ok).toBe(true);
    expect(await bench.round()).toMatchObject({ error: { code: 'device.forked' } });
    expect(bench.line.sent.map(({ lost }) => lost)).toEqual([
      undefined,
      undefined,
      { n: 6, hash: 'a'.repeat(64) },
    ]);
  });

  test('N-13: an answer of a history that does not go on from the known one is not believed', async () => {
    const { bench } = await aWorkstation();
    await bench.round();
    const { ticket } = bench.state().contact() ?? {};
    bench.line.send = async (request, send) => {
      const reply = await send(request);
      return reply.ok ? ok({ ...reply.value, timeline: FOREIGN, ancestry: [NEWER] }) : reply;
    };

    expect(await bench.round()).toMatchObject({ error: { code: 'server.went-back' } });
    expect(bench.state().contact()).toMatchObject({ ticket, timeline: sample.timeline });
  });

  test('rows behind the fork are on the server before the scope is compared', async () => {
    const { bench, heal } = await aWorkstation();
    await bench.save(paper(1), paper(2), paper(3));
    await bench.round();
    const order: string[] = [];
    bench.line.send = async (request, send) => {
      const reply = await send({ ...request, cursors: {}, digests: {}, want: 0 });
      if (!reply.ok) return reply;
      const sums = bucketSums([]);
      const notice = { kind: 'rescan', scope: sampleScope, seq: 1, sums, witnessAfter: 1 } as const;
      return ok({ ...reply.value, notices: [notice] });
    };
    bench.door.wrap = (store) => ({
      ...store,
      readMarks: async (scope) => {
        order.push(`compared after ${bench.line.witnesses.length} offers`);
        return store.readMarks(scope);
      },
    });

    await bench.round();
    heal();

    const offered = bench.line.witnesses.flatMap(({ witnesses }) => witnesses);
    expect(offered.map(({ seq, id }) => [seq, id])).toEqual([
      [2, anId(6, 2)],
      [3, anId(6, 3)],
    ]);
    expect(order[0]).toBe('compared after 1 offers');
  });
});

test('an offer has at most half a request of witnesses, and one larger row goes alone', () => {
  const aWitness = (n: number, letters: number): Witness => ({
    type: 'incomingDocument',
    id: anId(6, n),
    rev: 1,
    seq: n,
    hash: '0'.repeat(64),
    content: { note: 'x'.repeat(letters) },
  });
  const rows = [aWitness(1, 10), aWitness(2, 600_000), aWitness(3, 10), aWitness(4, 10)];

  expect(offersOf(rows).map((offer) => offer.map(({ seq }) => seq))).toEqual([[1], [2], [3, 4]]);
  expect(offersOf([])).toEqual([]);
});

describe('POST /sync of a restored server', () => {
  /** The ports of the memory database under a history that the test writes. */
  function aServer(forks: readonly Fork[] = []) {
    const world = createQuietWorld();
    const { ports, intake } = createServer(world);
    const state = { timeline: sample.timeline, ancestry: [] as string[] };
    const begun: string[] = [];
    const recognised: string[] = [];
    const deps: ExchangeDeps = {
      intake,
      feed: ports,
      tickets: ports,
      leases: ports,
      ticketMac: (text) => toHex(sha256(utf8(text))).slice(0, 32),
      history: {
        ...ports,
        readHistory: async () => ({ ...state, forks }),
        beginRecovery: async (timeline) => {
          begun.push(timeline);
          state.ancestry = [timeline];
          state.timeline = NEWER;
        },
        recognise: async (timeline) => {
          recognised.push(timeline);
          state.ancestry.push(timeline);
        },
      },
      nowMs: world.scheduler.now,
    };
    const exchange = createExchange(deps);
    const ask = (over: object) =>
      world.settle(
        exchange(session, {
          proto: PROTOCOL_VERSION,
          dev: sample.deviceId as never,
          inc: 1,
          ticket: 'first ticket',
          timeline: sample.timeline,
          ops: [],
          cursors: {},
          digests: {},
          want: 8192,
          ...over,
        }),
      );
    const ticketOf = (count: number, timeline: string = sample.timeline, contacts = count) => {
      const mac = deps.ticketMac(`ticket|${timeline}|${sample.deviceId}|1|${count}|${contacts}`);
      return `${count}.${contacts}.${mac}`;
    };
    return { ask, begun, recognised, ticketOf };
  }

  test('M-14: a good ticket that this server does not know to have given begins a recovery', async () => {
    const { ask, begun, ticketOf } = aServer();

    expect(await ask({ ticket: ticketOf(9) })).toMatchObject({
      ok: true,
      value: { recovery: { lastN: 0 }, timeline: NEWER, ancestry: [sample.timeline], results: [] },
    });
    expect(begun).toEqual([sample.timeline]);
  });

  test('a ticket with a wrong mac proves nothing, however far ahead', async () => {
    const { ask, begun } = aServer();

    expect(await ask({ ticket: `9.9.${'0'.repeat(32)}` })).toMatchObject({
      error: { code: 'device.forked' },
    });
    expect(begun).toEqual([]);
  });

  test('I-23: an answer that was repeated behind the backup proves it, though its place in the chain is known', async () => {
    const { ask, begun, ticketOf } = aServer();
    await ask({});

    expect(await ask({ ticket: ticketOf(1, sample.timeline, 1) })).toMatchObject({ ok: true });
    expect(begun).toEqual([]);
    expect(await ask({ ticket: ticketOf(2, sample.timeline, 3) })).toMatchObject({
      value: { timeline: NEWER },
    });
    expect(begun).toEqual([sample.timeline]);
  });

  test('a lost answer to it is said again, and an older copy of the device is still a fork', async () => {
    const { ask, ticketOf } = aServer();
    const first = await ask({ ticket: ticketOf(9) });

    const again = await ask({ ticket: ticketOf(9) });
    if (!first.ok || !again.ok) throw new Error('both are answered');
    const { serverTime, ticket } = again.value;
    expect(again.value).toEqual({ ...first.value, serverTime, ticket });
    expect(await ask({ ticket: ticketOf(8) })).toMatchObject({ error: { code: 'device.forked' } });
  });

  test.each([
    ['I-3: a cursor that the lost history gave, whatever the new one has reached', 7, 5],
    ['I-7: a cursor of before the cut, for a page may have been cut behind it', 3, 5],
    ['a cursor between two restores', 1_200, 1_500],
  ])('%s is compared, once rows behind the cut are told', async (_what, after, witnessAfter) => {
    const { ask } = aServer([
      { forkHead: 1_500, resumesAt: 3_000 },
      { forkHead: 5, resumesAt: 1_000 },
    ]);

    expect(await ask({ cursors: { [sampleScope]: after } })).toMatchObject({
      value: { notices: [{ kind: 'rescan', scope: sampleScope, witnessAfter }], pages: [] },
    });
  });

  test('I-22: scopes whose comparison does not fit one answer are compared with the next', async () => {
    const { ask } = aServer([{ forkHead: 5, resumesAt: 1_000 }]);
    const cursors = { [sampleScope]: 3, [userScope(sample.clerkId)]: 3 };

    const answer = await ask({ cursors, want: 100 });
    expect(answer.ok && answer.value.notices).toHaveLength(1);
    const all = await ask({ cursors });
    expect(all.ok && all.value.notices).toHaveLength(2);
  });

  describe('a second restore from a backup that does not know the first one', () => {
    const forks = [{ forkHead: 5, resumesAt: 9_000 }];
    const lost = { timeline: FOREIGN, cursors: { [sampleScope]: 4_000 } };

    test('I-2: a good ticket of the forgotten history is recognised, and its work is asked for again', async () => {
      const { ask, recognised, ticketOf } = aServer(forks);

      expect(await ask({ ...lost, ticket: ticketOf(9, FOREIGN) })).toMatchObject({
        value: { recovery: { lastN: 0 }, timeline: sample.timeline, ancestry: [FOREIGN] },
      });
      expect(recognised).toEqual([FOREIGN]);
    });

    test.each([
      ['the ticket is another installation’s', forks, { ticket: `9.9.${'0'.repeat(32)}` }],
      ['the ticket is a word that anybody may say', forks, { ticket: 'first ticket' }],
      ['nobody told the server of a restore', [], {}],
      ['the workstation has seen what came after it', forks, { cursors: { [sampleScope]: 9_001 } }],
      ['nothing tells when the workstation was there', forks, { cursors: {} }],
    ])('N-13: the server gets nothing while %s', async (_why, known, over) => {
      const { ask, recognised, ticketOf } = aServer(known);

      const answer = await ask({ ...lost, ticket: ticketOf(9, FOREIGN), ...over });
      expect(answer).toMatchObject({ error: { code: 'server.went-back' } });
      expect(recognised).toEqual([]);
    });
  });
});
