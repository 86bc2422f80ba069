import { expect, test } from 'vitest';
import {
  ACCESS_SECONDS,
  AccessClaims,
  createTokens,
} from '../../../sync-server/src/features/session/tokens';
import { sample } from '../../support/core-builders';

const key = new Uint8Array(32).fill(7);
const NOW = 1_700_000_000_000;
const of = (timeline: string, signedBy = key, nowMs = NOW) =>
  createTokens({ key: signedBy, timeline, nowMs: () => nowMs });
const claims = AccessClaims.parse({ dev: sample.deviceId, inc: 1, office: sample.officeId });

test('I-23: a token of an earlier history is over, so that its holder renews it and nobody signs in again', () => {
  const token = of('before').issueAccess(claims);
  const forged = of('before', new Uint8Array(32)).issueAccess(claims);

  expect(of('before').readAccess(token)).toEqual({ ok: true, value: claims });
  expect(of('after').readAccess(token)).toEqual({
    ok: false,
    error: { code: 'session.token-expired' },
  });
  expect(of('after').readAccess(forged)).toEqual({
    ok: false,
    error: { code: 'session.not-signed-in' },
  });
});

test('I-13: a token says who, for a quarter of an hour, and no digit of it can be changed', () => {
  const whole = AccessClaims.parse({ ...claims, inc: 70_000, user: sample.clerkId });
  const token = of('now').issueAccess(whole);
  const digits = token.split('');

  expect(of('now').readAccess(token)).toEqual({ ok: true, value: whole });
  const late = NOW + ACCESS_SECONDS * 1000;
  expect(of('now', key, late - 1).readAccess(token).ok).toBe(true);
  expect(of('now', key, late).readAccess(token)).toEqual({
    ok: false,
    error: { code: 'session.token-expired' },
  });
  for (const [at, digit] of digits.entries()) {
    const changed = digits.with(at, digit === 'A' ? 'Q' : 'A').join('');
    expect(of('now').readAccess(changed)).toEqual({
      ok: false,
      error: { code: 'session.not-signed-in' },
    });
  }
  expect(of('now').readAccess(token.slice(0, -1)).ok).toBe(false);
  expect(of('now').readAccess('').ok).toBe(false);
});

test('a nonce is of one device and is no access token, nor the other way round', () => {
  const tokens = of('now');
  const nonce = tokens.issueNonce(sample.deviceId);

  expect(tokens.isNonceOf(sample.deviceId, nonce)).toBe(true);
  expect(tokens.isNonceOf(sample.officeId, nonce)).toBe(false);
  expect(tokens.readAccess(nonce).ok).toBe(false);
  expect(tokens.isNonceOf(sample.deviceId, tokens.issueAccess(claims))).toBe(false);
  expect(of('after').isNonceOf(sample.deviceId, nonce)).toBe(false);
});
