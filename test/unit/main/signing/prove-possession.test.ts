import { expect, test } from 'vitest';
import { possessionChallenge } from '@shared/domain/signing/possession';
import { fromHex, utf8 } from '@shared/kernel/bytes';
import { isSignedWith } from '@shared/pades/cms/certificate-facts';
import { nodePadesPlatform } from '../../../../src/main/features/signing/node-pades-platform';
import {
  createProofs,
  type ProofRequest,
} from '../../../../src/main/features/signing/prove-possession';
import { anId, sample } from '../../../support/core-builders';
import { anOffice } from '../../shared/pades/helpers';
import { PIN } from './scripted-token';
import { aSigningWorld, chairman, clerk, thumbprintOf } from './signing-world';

const office = anOffice();
const fresh = office.pki.issue({ commonName: 'Nguyễn Văn Mẫu', organization: 'UBND xã Thử' });
const expired = office.pki.issue({
  commonName: 'Nguyễn Văn Mẫu',
  notAfter: new Date('2026-11-21T00:00:00Z'),
});
const failure = (code: string) => ({ ok: false, error: { code } });
const RECORD = anId(12, 77);

async function aProof(over: Partial<ProofRequest> = {}, identity = fresh) {
  const world = await aSigningWorld(office);
  world.token.identities.push(identity);
  const random = { uuid: () => RECORD, fraction: () => 0 };
  const proofs = createProofs({ ...world.deps, random });
  const thumbprint = thumbprintOf(identity);
  const begun = proofs.begin({
    purpose: 'bind',
    thumbprint,
    organId: null,
    picture: null,
    ...over,
  });
  return { ...world, proofs, begun, thumbprint };
}

test('K-6: one login and one signature make a request that shows possession of token and PIN', async () => {
  const { proofs, thumbprint, token, saved, windowCalls } = await aProof();

  expect(await proofs.describe()).toMatchObject({
    value: { purpose: 'bind', ownerName: chairman.fullName, certificate: { thumbprint } },
  });
  expect(await proofs.prove({ pin: utf8(PIN) })).toEqual({ ok: true, value: undefined });

  expect([windowCalls, token.logins(), token.signatures(), token.closings()]).toEqual([
    ['show'],
    1,
    1,
    1,
  ]);
  expect(saved).toMatchObject([
    {
      kind: 'create',
      target: { type: 'signingCertificate', id: RECORD },
      role: 'chuTich',
      body: { owner: { kind: 'person', userId: chairman.id }, certificate: { thumbprint } },
    },
  ]);
  const body = saved[0]?.body as { readonly der: string; readonly signature: string };
  const data = possessionChallenge({
    officeId: chairman.officeId,
    userId: chairman.id,
    recordId: RECORD,
    thumbprint,
    owner: { kind: 'person', userId: chairman.id },
  });
  const signature = fromHex(body.signature);
  expect(isSignedWith(nodePadesPlatform, fromHex(body.der), { data, signature })).toBe(true);
  expect(JSON.stringify(saved)).not.toContain(PIN);
});

test('S-13: the picture that was made goes with the request', async () => {
  const picture = { png: 'iVBORw0KGgo=', widthMm: 45 };
  const { proofs, saved } = await aProof({ picture });

  await proofs.prove({ pin: utf8(PIN) });

  expect(saved).toMatchObject([{ body: { picture } }]);
});

test('K-17: trying a token signs once and asks for nothing', async () => {
  const { proofs, token, saved } = await aProof({ purpose: 'tryOut' });

  expect(await proofs.prove({ pin: utf8(PIN) })).toEqual({ ok: true, value: undefined });

  expect([token.signatures(), saved.length]).toEqual([1, 0]);
  expect(await proofs.describe()).toMatchObject({ value: { phase: 'done' } });
});

test('K-8, K-10: a wrong PIN is one login, is wiped, and makes no request', async () => {
  const { proofs, token, saved } = await aProof();
  const pin = utf8('000000');

  expect(await proofs.prove({ pin })).toMatchObject(failure('token.pin-wrong'));

  expect([token.logins(), saved.length, [...pin]]).toEqual([1, 0, [0, 0, 0, 0, 0, 0]]);
  expect(await proofs.describe()).toMatchObject({ value: { phase: 'waiting' } });
});

test('K-8: a second press while the token is busy logs in no second time', async () => {
  const { proofs, token } = await aProof();

  const [first, second] = await Promise.all([
    proofs.prove({ pin: utf8(PIN) }),
    proofs.prove({ pin: utf8(PIN) }),
  ]);

  expect([first.ok, second]).toEqual([true, failure('signing.busy')]);
  expect(token.logins()).toBe(1);
});

test('K-6: an expired certificate, a locked token and one that was pulled out get no login', async () => {
  const old = await aProof({}, expired);
  expect(await old.proofs.prove({ pin: utf8(PIN) })).toEqual(
    failure('signing.certificate-expired'),
  );
  const locked = await aProof();
  locked.token.script.pin = 'locked';
  expect(await locked.proofs.prove({ pin: utf8(PIN) })).toEqual(failure('token.pin-locked'));
  const gone = await aProof();
  gone.token.identities.pop();
  expect(await gone.proofs.prove({ pin: utf8(PIN) })).toEqual(failure('token.not-present'));

  expect([old, locked, gone].map(({ token }) => token.logins())).toEqual([0, 0, 0]);
});

test('K-11: who left or signed out meanwhile asks for nothing', async () => {
  const { proofs, now, saved, token } = await aProof();
  token.script.onLogin = () => void (now.person = clerk);

  expect(await proofs.prove({ pin: utf8(PIN) })).toEqual(failure('session.not-signed-in'));
  expect(saved).toEqual([]);
  proofs.leave();
  expect(await proofs.prove({ pin: utf8(PIN) })).toEqual(failure('signing.document-unknown'));
});

test('K-6: only who holds the seal asks for the organ', async () => {
  const { begun, windowCalls } = await aProof({ organId: sample.organId });

  expect(begun).toEqual(failure('session.role-missing'));
  expect(windowCalls).toEqual([]);
});
