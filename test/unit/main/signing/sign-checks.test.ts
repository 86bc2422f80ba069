import { expect, test } from 'vitest';
import { anOffice, NOW } from '../../shared/pades/helpers';
import { anId } from '../../../support/core-builders';
import { aSigningWorld, organ, person, pressed, readyPdf, thumbprintOf } from './signing-world';

const office = anOffice();
const { pki } = office;
const failure = (code: string) => ({ ok: false, error: { code } });
const MINUTE = 60_000;

const stranger = pki.issue({ commonName: 'Người Khác' });
const expired = pki.issue({
  commonName: 'Nguyễn Văn Mẫu',
  notAfter: new Date('2026-11-21T00:00:00Z'),
});
const early = pki.issue({
  commonName: 'Nguyễn Văn Mẫu',
  notBefore: new Date('2026-11-23T00:00:00Z'),
});

/** A window that is open for one document that was read. */
async function aWindow() {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.begin('leader', [id]);
  await world.readToTheEnd(id);
  return { ...world, ids: [id] };
}

test.each([
  ['nobody registered', stranger, undefined, {}],
  ['another person', stranger, { kind: 'person', userId: anId(4, 9) }, {}],
  ['the organ', stranger, organ, {}],
  ['this person, withdrawn', stranger, person, { active: false }],
])(
  'K-6: a certificate of %s is named and refused before any login',
  async (_who, identity, owner, over) => {
    const { sign, ids, token, registerCertificate, listCertificates } = await aWindow();
    if (owner) await registerCertificate(identity, owner, over);
    token.identities.push(identity);

    const listed = await listCertificates();

    expect(listed.ok && listed.value.certificates).toContainEqual(
      expect.objectContaining({ holderName: 'Người Khác', refusal: 'signing.not-registered' }),
    );
    expect(await sign(pressed(identity, ids))).toEqual(failure('signing.not-registered'));
    expect(token.logins()).toBe(0);
  },
);

test.each([
  ['expired', expired],
  ['not yet valid', early],
])('K-5: a certificate that is %s is refused before any login', async (_what, identity) => {
  const { sign, ids, token, registerCertificate, listCertificates } = await aWindow();
  await registerCertificate(identity, person);
  token.identities.push(identity);

  const listed = await listCertificates();

  expect(listed.ok && listed.value.certificates).toContainEqual(
    expect.objectContaining({
      thumbprint: thumbprintOf(identity),
      refusal: 'signing.certificate-expired',
    }),
  );
  expect(await sign(pressed(identity, ids))).toEqual(failure('signing.certificate-expired'));
  expect(token.logins()).toBe(0);
});

test('K-7: a locked token gets no PIN; one that is gone is named', async () => {
  const { sign, ids, token } = await aWindow();

  token.script.pin = 'locked';
  expect(await sign(pressed(office.leader, ids))).toEqual(failure('token.pin-locked'));
  token.identities.length = 0;
  expect(await sign(pressed(office.leader, ids))).toEqual(failure('token.not-present'));
  expect(token.logins()).toBe(0);
});

const revoking = pki.crl({
  thisUpdate: new Date(NOW - 60 * MINUTE),
  nextUpdate: new Date(NOW + 24 * 60 * MINUTE),
  revoked: [{ serial: office.leader.serial, at: new Date(NOW - 120 * MINUTE) }],
});

test('V-13: with a line, a certificate on a fresh revocation list is refused before any login', async () => {
  const { sign, ids, token, now } = await aWindow();
  now.served = revoking;

  expect(await sign(pressed(office.leader, ids))).toEqual(failure('signing.certificate-revoked'));
  expect(token.logins()).toBe(0);

  // What was once fetched counts without a line too.
  now.evidence = { ...now.evidence, isOnline: false };
  expect(await sign(pressed(office.leader, ids, { isTimeConfirmed: true }))).toEqual(
    failure('signing.certificate-revoked'),
  );
});

test.each([
  ['without a line', false],
  ['with a line that gives no list', true],
])(
  'A-7: %s an unknown revocation state does not keep anybody from signing',
  async (_how, isOnline) => {
    const { sign, ids, now } = await aWindow();
    now.evidence = { ...now.evidence, isOnline };
    now.served = undefined;

    expect(await sign(pressed(office.leader, ids, { isTimeConfirmed: true }))).toEqual({
      ok: true,
      value: { signed: 1 },
    });
  },
);

test.each([
  [
    '6 minutes ahead of the server',
    { isOnline: true, aheadMs: 6 * MINUTE, notBeforeMs: undefined },
  ],
  ['6 minutes behind the server', { isOnline: true, aheadMs: -6 * MINUTE, notBeforeMs: undefined }],
  [
    'before the last contact',
    { isOnline: false, aheadMs: undefined, notBeforeMs: NOW + 6 * MINUTE },
  ],
])('corrections 10: a clock %s refuses to sign', async (_what, evidence) => {
  const { sign, ids, now, token } = await aWindow();
  now.evidence = evidence;

  expect(await sign(pressed(office.leader, ids, { isTimeConfirmed: true }))).toEqual(
    failure('signing.clock-wrong'),
  );
  expect(token.logins()).toBe(0);
});

test('corrections 10: four minutes are no reason to refuse', async () => {
  const { sign, ids, now } = await aWindow();
  now.evidence = { isOnline: true, aheadMs: 4 * MINUTE, notBeforeMs: NOW + 4 * MINUTE };

  expect((await sign(pressed(office.leader, ids))).ok).toBe(true);
});

test('corrections 10: without a line the time is asked for once a start', async () => {
  const world = await aWindow();
  const { sign, ids, now, token, describe, begin, addDocument, readToTheEnd } = world;
  now.evidence = { isOnline: false, aheadMs: undefined, notBeforeMs: undefined };

  expect(describe()).toMatchObject({ value: { asksForTime: true } });
  expect(await sign(pressed(office.leader, ids))).toEqual(failure('signing.time-not-confirmed'));
  expect(token.logins()).toBe(0);
  await sign(pressed(office.leader, ids, { isTimeConfirmed: true }));

  const next = await addDocument(readyPdf);
  begin('leader', [next]);
  await readToTheEnd(next);
  expect(describe()).toMatchObject({ value: { asksForTime: false } });
  expect((await sign(pressed(office.leader, [next]))).ok).toBe(true);
});
