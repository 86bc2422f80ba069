import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { contract } from '@shared/ipc/contract';
import { channels } from '@shared/ipc/channels';
import { comparisonChannels } from '@shared/ipc/comparison-channels';
import { comparisonContract } from '@shared/ipc/comparison-contract';
import { signingChannels } from '@shared/ipc/signing-channels';
import { signingContract } from '@shared/ipc/signing-contract';
import { canonicalJson } from '@shared/kernel/canonical-json';
import { CourierReply, CourierRequest } from '@shared/protocol/courier';
import * as session from '@shared/protocol/session';
import { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { PROTOCOL_VERSION } from '@shared/protocol/version';
import { JournalRecord } from '@shared/sync/journal-record';

/**
 * If one of these fails, a shape changed. On the wire: raise PROTOCOL_VERSION, add a converter for the older shape, then
 * set the new print. In the journal: keep reading the older records. Between page and main: both are built together.
 */
const fingerprint = (...shapes: readonly z.ZodType[]): string => {
  const text = shapes
    .map((shape) => canonicalJson(z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })))
    .join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
};

test('sync §11: the wire messages have the shape of their version', () => {
  const messages = [
    SyncRequest,
    SyncReply,
    ...Object.values(session).filter((value) => value instanceof z.ZodType),
  ];

  expect([PROTOCOL_VERSION, fingerprint(...messages)]).toMatchInlineSnapshot(`
    [
      1,
      "bdf6de61183d3162",
    ]
  `);
});

test('sync/T-13: the courier’s messages have the shape that exported work was delivered with', () => {
  expect(fingerprint(CourierRequest, CourierReply)).toMatchInlineSnapshot(`"99fb0de995ad0a41"`);
});

test('sync §4.2: journal records have the shape that older journals were written with', () => {
  expect(fingerprint(JournalRecord)).toMatchInlineSnapshot(`"87d99d1e44292889"`);
});

test('every channel has one entry in the contract', () => {
  expect(Object.keys(contract).toSorted()).toEqual(channels.toSorted());
});

test('every channel of the signing window has one entry in its contract, and none is the page’s', () => {
  expect(Object.keys(signingContract).toSorted()).toEqual(signingChannels.toSorted());
  expect(signingChannels.filter((channel) => channel in contract)).toEqual([]);
});

test('every channel of the window that draws pages has one entry, and none is another window’s', () => {
  expect(Object.keys(comparisonContract).toSorted()).toEqual(comparisonChannels.toSorted());
  expect(
    comparisonChannels.filter((channel) => channel in contract || channel in signingContract),
  ).toEqual([]);
});

test('the calls of the signing window have the shape that was looked at', () => {
  const shapes = signingChannels.flatMap((channel) => [
    signingContract[channel].input,
    signingContract[channel].output,
  ]);

  expect(fingerprint(...shapes)).toMatchInlineSnapshot(`"e89c77ba64d50b45"`);
});

test.each(['digest', 'bytes', 'dataToSign', 'file'])(
  'A-4: neither the page nor the signing window may bring a %s to be signed',
  (name) => {
    const ids = ['00000000-0000-4000-8000-000000000001'];
    const begin = { intent: 'leader', documentIds: ids };
    const sign = {
      thumbprint: '0'.repeat(64),
      pin: 'onDevice',
      documentIds: ids,
      unreadIds: [],
      acceptedIds: [],
      isTimeConfirmed: false,
    };
    const accepts = (spec: { readonly input: z.ZodType }, input: object): boolean =>
      spec.input.safeParse(input).success;

    expect(accepts(contract['signing.begin'], begin)).toBe(true);
    expect(accepts(contract['signing.begin'], { ...begin, [name]: '00' })).toBe(false);
    expect(accepts(signingContract['signing.sign'], sign)).toBe(true);
    expect(accepts(signingContract['signing.sign'], { ...sign, [name]: '00' })).toBe(false);
  },
);

test('the page can name no path, no bytes to sign and no PIN', () => {
  const text = JSON.stringify(
    Object.values(contract).map(({ input }) =>
      z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    ),
  );

  expect(text).not.toMatch(/"(path|filePath|pin|privateKey|dataToSign|bytes)":\{/i);
});
