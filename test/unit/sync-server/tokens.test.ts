import { expect, test } from 'vitest';
import { AccessClaims, createTokens } from '../../../sync-server/src/features/session/tokens';
import { sample } from '../../support/core-builders';

const key = new Uint8Array(32).fill(7);
const of = (timeline: string, signedBy = key) =>
  createTokens({ key: signedBy, timeline, nowMs: () => 1_700_000_000_000 });
const claims = AccessClaims.parse({ dev: sample.deviceId, inc: 1, office: sample.officeId });

test('I-23: a token of an earlier history is over, so that its holder renews it and nobody signs in again', async () => {
  const token = await of('before').issueAccess(claims);
  const forged = await of('before', new Uint8Array(32)).issueAccess(claims);

  expect(await of('before').readAccess(token)).toEqual({ ok: true, value: claims });
  expect(await of('after').readAccess(token)).toEqual({
    ok: false,
    error: { code: 'session.token-expired' },
  });
  expect(await of('after').readAccess(forged)).toEqual({
    ok: false,
    error: { code: 'session.not-signed-in' },
  });
});
