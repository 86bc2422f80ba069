import { expect, test } from 'vitest';
import { derSequence, derSmallInteger } from '../../../../src/shared/pades/cms/der';
import { parseCms } from '../../../../src/shared/pades/cms/parse';
import { grantedToken, timestampRequest } from '../../../../src/shared/pades/cms/tsp';
import { checkTimestampReply } from '../../../../src/shared/pades/verify/timestamp';
import { trustFromPem } from '../../../../src/shared/pades/verify/trust-material';
import { fromHex, utf8 } from '../../../../src/shared/kernel/bytes';
import { createDemoPki } from '../../../support/demo-pki';
import {
  signTstInfoWithOpenssl,
  stampWithOpenssl,
  verifyStampWithOpenssl,
} from '../../../support/openssl-authorities';
import { needs, platform } from './helpers';

const pki = createDemoPki();
const authority = pki.issue({ commonName: 'TSA trình diễn', isTimestampAuthority: true });
const { material } = trustFromPem([pki.root.certificatePem, pki.subCa.certificatePem]);
const stamped = utf8('giá trị của một chữ ký');
const MINUTE = 60_000;

const queryOf = (bytes: Uint8Array, nonce = 'f0e1d2c3b4a59687') => ({
  imprint: platform.digest('SHA-256', bytes),
  nonce: fromHex(nonce),
});
const replyTo = (query = queryOf(stamped), signer = authority): Uint8Array =>
  stampWithOpenssl(pki, signer, timestampRequest(query));
const check = (
  reply: Uint8Array,
  over: { query?: ReturnType<typeof queryOf>; nowMs?: number } = {},
) =>
  checkTimestampReply(platform, {
    reply,
    stamped,
    query: queryOf(stamped),
    material,
    nowMs: Date.now(),
    ...over,
  });

test.each(['f0e1d2c3b4a59687', '00000000000000ff', '0000000000000000'])(
  'S-15: openssl answers a request with the nonce %s, and verifies its own token',
  needs('openssl'),
  (nonce) => {
    const query = queryOf(stamped, nonce);

    const answer = check(replyTo(query), { query });

    expect(answer).toMatchObject({ status: 'accepted', isClockOff: false });
    const token = answer.status === 'accepted' ? answer.token : new Uint8Array();
    expect(verifyStampWithOpenssl(pki, token, stamped)).toContain('OK');
  },
);

test('S-15: an answer to another question is not ours', needs('openssl'), () => {
  const query = queryOf(stamped, '1111111111111111');

  expect(check(replyTo(query))).toEqual({ status: 'notOurs' });
});

test('S-15: a token over other bytes proves nothing', needs('openssl'), () => {
  expect(check(replyTo(queryOf(utf8('khác'))))).toEqual({ status: 'invalid' });
});

test('S-15: a refusal, half an answer and rubbish are refusals', needs('openssl'), () => {
  const reply = replyTo();
  // 30 03 02 01 02: status "rejection".
  const rejection = fromHex('30053003020102');

  for (const bytes of [rejection, reply.subarray(0, 300), utf8('<html>'), new Uint8Array()]) {
    expect(check(bytes)).toEqual({ status: 'refused' });
  }
  expect(grantedToken(reply)).toBeDefined();
});

test('S-15: a token with one changed byte is invalid', needs('openssl'), () => {
  const reply = replyTo();
  const changed = reply.map((byte, i) => (i === reply.length - 10 ? byte ^ 1 : byte));

  expect(check(changed)).toEqual({ status: 'invalid' });
});

test.each([
  ['a person’s certificate', false],
  ['a certificate for timestamping', true],
])(
  'S-15: %s stamps only when its critical usage says so',
  needs('openssl'),
  (_what, isAuthority) => {
    const signer = pki.issue({ commonName: 'Nguyễn Văn Mẫu', isTimestampAuthority: isAuthority });
    const token = grantedToken(replyTo()) ?? new Uint8Array();
    const parsed = parseCms(token);
    const info = (parsed.ok && parsed.cms.content) || new Uint8Array();
    const forged = signTstInfoWithOpenssl(pki, signer, info);

    const reply = derSequence(derSequence(derSmallInteger(0)), forged);

    expect(check(reply).status).toBe(isAuthority ? 'accepted' : 'untrusted');
  },
);

test.each([
  ['that has ended', pki, { notAfter: new Date('2026-01-01T00:00:00Z') }],
  ['of an authority nobody trusts here', createDemoPki(), {}],
])('S-15: an authority %s proves no time', needs('openssl'), (_what, by, over) => {
  const signer = by.issue({ commonName: 'TSA', isTimestampAuthority: true, ...over });
  const reply = stampWithOpenssl(by, signer, timestampRequest(queryOf(stamped)));

  expect(check(reply)).toEqual({ status: 'untrusted' });
});

test(
  'S-15: more than 10 minutes between the clocks is told and refuses nothing',
  needs('openssl'),
  () => {
    const reply = replyTo();
    const off = (minutes: number) => check(reply, { nowMs: Date.now() + minutes * MINUTE });

    expect(off(9)).toMatchObject({ status: 'accepted', isClockOff: false });
    expect(off(11)).toMatchObject({ status: 'accepted', isClockOff: true });
    expect(off(-11)).toMatchObject({ status: 'accepted', isClockOff: true });
  },
);
