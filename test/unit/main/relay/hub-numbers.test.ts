import { expect, test } from 'vitest';
import { HubRelease, NumberSlip, slipText } from '@shared/domain/register/number-slip';
import { toHex } from '@shared/kernel/bytes';
import { err, ok } from '@shared/kernel/result';
import type { NumberRequest } from '@shared/protocol/relay-message';
import { toBase64 } from '@shared/kernel/bytes';
import type { OperationDraft } from '@shared/sync/operation';
import { createHubNumbers, serveByHub } from '../../../../src/main/features/relay/hub-numbers';
import {
  aDraft,
  anId,
  cheapSignature,
  cheapVerify,
  opKey,
  sample,
} from '../../../support/core-builders';
import { anAuthority, provinceKey } from '../../../support/relay-office';

const hubId = anId(5, 9);
const asking = aDraft({ kind: 'cmd.requestNumber', body: { registerId: sample.registerId } });

const aSlip = ({ registerId, documentId }: NumberRequest, key: Uint8Array): NumberSlip => {
  const said = {
    registerId,
    documentId,
    epoch: 1,
    number: 46,
    date: '2026-03-02',
    deviceId: hubId,
    inc: 1,
  };
  const unsigned = NumberSlip.parse({ ...said, sig: '0'.repeat(128) });
  return { ...unsigned, sig: toHex(cheapSignature(key, slipText(unsigned))) };
};

function setUp(
  over: Partial<Parameters<typeof createHubNumbers>[0]> = {},
  kind: 'hub' | 'workstation' = 'hub',
) {
  const asked: NumberRequest[] = [];
  const take = createHubNumbers({
    release: async () => err({ code: 'hub.unreachable' }),
    registers: () => [sample.registerId],
    ask: async (request) => {
      asked.push(request);
      return ok({ slip: aSlip(request, opKey) });
    },
    authority: () =>
      anAuthority({
        devices: [{ deviceId: hubId, inc: 1, name: 'Trạm', kind, publicKey: toBase64(opKey) }],
      }),
    verify: cheapVerify,
    findDocument: () => undefined,
    ...over,
  });
  const taken = async (drafts: readonly OperationDraft[]) => {
    const done = await take(drafts);
    return done.ok ? done.value : [];
  };
  return { take: taken, asked, whole: take };
}

test('§20, I-9: a request becomes the hub’s number, and what is no request stays what it is', async () => {
  const { take, asked } = setUp();
  const [created, taken] = await take([aDraft(), asking]);
  expect(created).toEqual(aDraft());
  expect(taken).toMatchObject({
    kind: 'cmd.takeNumber',
    target: asking.target,
    body: { slip: { number: 46, documentId: sample.documentId }, code: null },
  });
  expect(asked).toHaveLength(1);
});

test('M-26, I-13: a slip of nobody’s hub, for another paper or with another signature stays a request', async () => {
  const other = aSlip({ registerId: sample.registerId, documentId: anId(6, 9) } as never, opKey);
  for (const { take } of [
    setUp({ ask: async (request) => ok({ slip: aSlip(request, provinceKey) }) }),
    setUp({ ask: async () => ok({ slip: other }) }),
    setUp({ authority: () => anAuthority() }),
    setUp({}, 'workstation'),
  ])
    expect(await take([asking])).toEqual([asking]);
});

test('§20: what the hub does not give now waits for the province; other registers and unsigned papers are not asked for', async () => {
  const refused = setUp({ ask: async () => err({ code: 'register.quota-reached' }) });
  expect(await refused.take([asking])).toEqual([asking]);
  const elsewhere = setUp({ registers: () => [] });
  expect(await elsewhere.take([asking])).toEqual([asking]);
  const outgoing = aDraft({
    kind: 'cmd.requestNumber',
    target: { type: 'outgoingDocument', id: sample.documentId },
    body: { registerId: sample.registerId, code: null },
  });
  const unsigned = setUp();
  expect(await unsigned.take([outgoing])).toEqual([outgoing]);
  expect([...elsewhere.asked, ...unsigned.asked]).toEqual([]);
});

test('§9.4: a register comes back from the hub with its word; without it nothing is saved', async () => {
  const target = { type: 'register', id: sample.registerId } as const;
  // What the page says of it counts for nothing.
  const draft = aDraft({ kind: 'cmd.releaseHubLease', target, body: { release: 'x' } });
  expect(await setUp().whole([draft])).toMatchObject({ error: { code: 'hub.unreachable' } });
  const release = HubRelease.parse({
    registerId: sample.registerId,
    epoch: 1,
    lastNumber: 46,
    deviceId: hubId,
    inc: 1,
    sig: '0'.repeat(128),
  });
  const { take } = setUp({ release: async () => ok({ release }) });
  expect(await take([draft])).toMatchObject([{ kind: 'cmd.releaseHubLease', body: { release } }]);
});

test('§20, I-9: papers that wait get the hub’s number when it answers; what it does not give is no second request', async () => {
  const saved: string[] = [];
  const save = async (drafts: readonly OperationDraft[]) => {
    saved.push(...drafts.map(({ kind }) => kind));
    return ok(undefined);
  };
  const silent = setUp({ ask: async () => err({ code: 'hub.unreachable' }) });
  expect(await serveByHub(silent.whole, save, [asking])).toEqual(ok({ given: 0 }));
  expect(saved).toEqual([]);
  expect(await serveByHub(setUp().whole, save, [asking, aDraft()])).toEqual(ok({ given: 1 }));
  expect(saved).toEqual(['cmd.takeNumber']);
});
