import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { err, ok } from '@shared/kernel/result';
import { createPeerWork } from '@shared/relay/peer-work';
import { createJournalState } from '@shared/sync/journal-state';
import { CHAIN_START, operationHash, type Operation } from '@shared/sync/operation';
import { officeScope, userScope, type Scope } from '@shared/sync/record';
import { makeBundle } from '../../../../src/main/features/relay/make-bundle';
import { nodeFiles } from '../../../../src/main/platform/file-port';
import { aChain, anId, sample, sha256 } from '../../../support/core-builders';
import { scopeKey, sealed } from '../../../support/relay-office';
import { temporaryFolder } from '../../../support/temporary-folder';

const office = officeScope(sample.officeId);
const target = { type: 'incomingDocument', id: sample.documentId } as const;
const [me, other] = [sample.clerkId, anId(4, 2)];

/** A bundle of the document, made by the first person at a PC where these acts wait. */
async function make(acts: readonly object[], scope: Scope = office, hasKeys = true) {
  const state = createJournalState(sha256);
  state.take({ t: 'chain', dev: sample.deviceId as never, inc: 1, n: 0, hash: CHAIN_START });
  for (const op of aChain(acts)) state.take({ t: 'op', op });
  const sealedFor: Operation[] = [];
  const path = join(temporaryFolder(), 'goi.tcvgoi');
  const made = await makeBundle(
    {
      files: nodeFiles,
      store: {
        has: async () => false,
        sizeOf: async () => undefined,
        read: async () => err({ code: 'files.missing' }),
        put: async () => err({ code: 'files.write-failed' }),
      },
      fetch: async () => ok(undefined),
      journal: { state, peers: createPeerWork() },
      secrets: {
        keyOf: (of) =>
          hasKeys ? { scope: of, epoch: 1, key: new Uint8Array(scopeKey(of)) } : undefined,
        keys: () => [],
        isSignedBy: () => true,
        seal: (operation, of) => {
          sealedFor.push(operation);
          return sealed(operation, of);
        },
      },
      told: () => undefined,
      scopeOf: () => scope,
      person: () => ({ userId: me, officeId: sample.officeId, sign: () => new Uint8Array(64) }),
      hashOf: (operation) => operationHash(operation, sha256),
      uuid: () => anId(9, 9),
      nowMs: () => 0,
      progress: () => {},
    },
    { target, receiver: null, isAnswer: false },
    path,
  );
  return { code: made.ok ? 'made' : made.error.code, sealedFor, isThere: existsSync(path) };
}

test('§20: own work upon the record goes along', async () => {
  const { code, sealedFor, isThere } = await make([{ actor: me, target }]);
  expect([code, isThere]).toEqual(['made', true]);
  expect(sealedFor).toHaveLength(1);
});

test('I-13: what another person did at this PC is never sealed by who does not know for whom', async () => {
  const { code, sealedFor, isThere } = await make([
    { actor: other, target: { type: 'incomingDocument', id: anId(6, 7) } },
    { actor: me, target },
  ]);
  expect([code, isThere]).toEqual(['bundle.cannot-seal', false]);
  expect(sealedFor.map(({ actor }) => actor)).toEqual([me]);
});

test('I-13: while nobody knows where the record will lie, no bundle of it is made', async () => {
  const acts = [{ actor: me, target }];
  expect((await make(acts, userScope(me))).code).toBe('bundle.moving');
  expect((await make(acts, office, false)).code).toBe('bundle.no-own-key');
});
