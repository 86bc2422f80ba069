import { expect, test } from 'vitest';
import { ok } from '@shared/kernel/result';
import type { Decision, Envelope } from '@shared/protocol/relay-message';
import { createWorkCarrier } from '../../../sync-server/src/features/hub/carry-work';
import type { ProvinceClient } from '../../../sync-server/src/features/hub/province-client';
import { anId, anOperation, sample } from '../../support/core-builders';
import { aDecision, isOfProvince, provinceKey, scopeKey, sealed } from '../../support/relay-office';

/** A hub with one envelope, at a province that decides in its present history. */
function setUp(decide: (envelope: ReturnType<typeof sealed>) => Decision) {
  const envelope = sealed(anOperation());
  const kept: Decision[] = [];
  let asked = 0;
  const call = async () => {
    asked += 1;
    if (asked > 10) throw new Error('asked without end');
    return ok({ results: [{ answer: 'final', decision: decide(envelope) }] });
  };
  const carrier = createWorkCarrier({
    store: {
      undecidedAfter: async (timeline, after) =>
        after > 0 || kept.some((one) => one.timeline === timeline && isOfProvince(one))
          ? []
          : [{ seq: 1, envelope }],
    },
    mailbox: { decided: async (decisions) => void kept.push(...decisions) },
    province: { call: call as unknown as ProvinceClient['call'] },
    timeline: () => sample.timeline,
    isDecided: isOfProvince,
  });
  return { carrier, kept, asked: () => asked };
}

test('§20: what the province decided is kept, and not asked for again', async () => {
  const { carrier, asked } = setUp((envelope) => aDecision(envelope));
  expect(await carrier.deliver()).toEqual(ok(undefined));
  expect(asked()).toBe(1);
});

test('I-23: decisions of a history that the hub has not heard of are kept, and end the round', async () => {
  const { carrier, kept, asked } = setUp((envelope) =>
    aDecision(envelope, undefined, provinceKey, anId(9, 8)),
  );
  expect(await carrier.deliver()).toEqual(ok(undefined));
  expect(kept).toHaveLength(1);
  expect(asked()).toBe(1);
});

test('M-24: what nobody signed whom the hub knows ends the round too', async () => {
  const { carrier, asked } = setUp((envelope) =>
    aDecision(envelope, undefined, scopeKey('office:none')),
  );
  expect(await carrier.deliver()).toEqual(ok(undefined));
  expect(asked()).toBe(1);
});

test('§20: what the province refuses is not offered after each success, and ever more rarely', async () => {
  const [refused, ...good] = [1, 2, 3, 4].map((dev) => sealed(anOperation({ dev: anId(5, dev) })));
  if (!refused) throw new Error('nothing made');
  const kept = new Set<string>();
  const offered: string[] = [];
  let lines = [refused];
  const carrier = createWorkCarrier({
    store: {
      undecidedAfter: async (_timeline, after) =>
        lines.flatMap((envelope, at) =>
          at < after || kept.has(envelope.dev) ? [] : [{ seq: at + 1, envelope }],
        ),
    },
    mailbox: { decided: async (decisions) => decisions.forEach(({ dev }) => kept.add(dev)) },
    province: {
      call: (async ({ json }: { json: { envelopes: readonly Envelope[] } }) => {
        offered.push(...json.envelopes.map(({ dev }) => dev));
        const results = json.envelopes.map((envelope) =>
          envelope === refused
            ? { answer: 'refused' }
            : { answer: 'final', decision: aDecision(envelope) },
        );
        return ok({ results });
      }) as unknown as ProvinceClient['call'],
    },
    timeline: () => sample.timeline,
    isDecided: isOfProvince,
  });
  for (const envelope of good) {
    lines = [...lines, envelope];
    await carrier.deliver();
  }
  const times = () => offered.filter((dev) => dev === refused.dev).length;
  expect(kept.size).toBe(3);
  expect(times()).toBe(1);
  const after: number[] = [];
  for (let round = 1; round <= 6; round++) {
    carrier.tryAgain();
    await carrier.deliver();
    after.push(times());
  }
  expect(after).toEqual([1, 2, 2, 2, 2, 3]);
});
