import { describe, expect, test } from 'vitest';
import { parseCertificate, type Certificate } from '../../../../src/shared/pades/cms/certificate';
import { ocspRequest, parseOcsp, type OcspAnswer } from '../../../../src/shared/pades/cms/ocsp';
import { derContext, derOid, derSequence } from '../../../../src/shared/pades/cms/der';
import { oid } from '../../../../src/shared/pades/cms/oids';
import { embeddedRevocation } from '../../../../src/shared/pades/verify/embedded-revocation';
import { judgeTrust } from '../../../../src/shared/pades/verify/trust';
import { trustFromPem } from '../../../../src/shared/pades/verify/trust-material';
import { createDemoPki, toPem, type DemoIdentity } from '../../../support/demo-pki';
import { answerWithOpenssl } from '../../../support/openssl-authorities';
import { needs, platform } from './helpers';

const DAY = 86_400_000;
const ADDRESS = 'http://ocsp.demo.invalid/';
const pki = createDemoPki({ ocspAddress: ADDRESS });
const leader = pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
const other = pki.issue({ commonName: 'Người Khác' });
const responder = pki.issue({ commonName: 'Trả lời OCSP', isOcspResponder: 'noCheck' });

const read = ({ certificate }: DemoIdentity): Certificate => {
  const parsed = parseCertificate(certificate);
  if (!parsed) throw new Error('no certificate');
  return parsed;
};
const asked = (of: DemoIdentity) => ({ certificate: read(of), issuer: read(pki.subCa) });
const request = (of: DemoIdentity): Uint8Array => ocspRequest(platform, asked(of));
const answered = (
  known: Parameters<typeof answerWithOpenssl>[2],
  { of = leader, signer = responder } = {},
): Uint8Array => answerWithOpenssl({ pki, signer }, request(of), known);

/** Judged with these answers, fetched or from the file, and lists. */
function judge(
  given: readonly Uint8Array[],
  over: {
    readonly fromFile?: readonly Uint8Array[];
    readonly crls?: readonly Uint8Array[];
    readonly at?: number;
    readonly now?: number;
  } = {},
) {
  const now = over.now ?? Date.now();
  const { material } = trustFromPem([
    pki.root.certificatePem,
    pki.subCa.certificatePem,
    ...(over.crls ?? []).map((crl) => toPem('X509 CRL', crl)),
  ]);
  const answers = (ders: readonly Uint8Array[]): readonly OcspAnswer[] =>
    ders.flatMap((der) => parseOcsp(der) ?? []);
  const { trust, revocation, reasons } = judgeTrust(platform, {
    leaf: read(leader),
    fromFile: { certificates: [], crls: [], ocsps: answers(over.fromFile ?? []) },
    material: { ...material, ocsps: answers(given) },
    at: over.at ?? now,
    basis: 'proven',
    now,
    purpose: 'signing',
  });
  return { trust, source: revocation?.source, kind: revocation?.kind, reasons };
}
const list = (at: number, revoked: readonly DemoIdentity[] = []): Uint8Array =>
  pki.crl({
    thisUpdate: new Date(at),
    nextUpdate: new Date(at + 7 * DAY),
    revoked: revoked.map(({ serial }) => ({ serial, at: new Date(at - DAY) })),
  });

test('where to ask stands in the certificate', () => {
  expect(read(leader).ocspAddresses).toEqual([ADDRESS]);
  expect(read(pki.subCa).ocspAddresses).toEqual([]);
});

describe('V-13: OCSP', needs('openssl'), () => {
  test('openssl answers our request, and a good answer is enough', () => {
    expect(judge([answered({ good: [leader] })])).toMatchObject({
      trust: 'trusted',
      source: 'given',
      kind: 'ocsp',
    });
  });

  test('an answer inside the file counts as well, and the report says so', () => {
    expect(judge([], { fromFile: [answered({ good: [leader] })] })).toMatchObject({
      trust: 'trusted',
      source: 'file',
      kind: 'ocsp',
    });
  });

  test('a revoked certificate is revoked; one the responder does not know is unknown', () => {
    expect(judge([answered({ revoked: [leader] })]).trust).toBe('revoked');
    expect(judge([answered({ good: [other] })]).trust).toBe('unknown');
  });

  test('the issuer may answer itself', () => {
    expect(judge([answered({ good: [leader] }, { signer: pki.subCa })]).trust).toBe('trusted');
  });

  test('the newest word counts: an older good answer in the file hides no later revocation', () => {
    const good = answered({ good: [leader] });
    const later = list(Date.now() + 60_000, [leader]);

    expect(judge([], { fromFile: [good], crls: [later] }).trust).toBe('revoked');
    expect(judge([], { fromFile: [good], crls: [list(Date.now() - DAY)] })).toMatchObject({
      trust: 'trusted',
      kind: 'ocsp',
    });
  });

  test('attack 28: an answer about another certificate says nothing of this one', () => {
    expect(judge([answered({ good: [other] }, { of: other })]).trust).toBe('unknown');
  });

  test.each([
    ['without the right to', pki.issue({ commonName: 'Trả lời OCSP' })],
    [
      'whose certificate has ended',
      pki.issue({
        commonName: 'Trả lời OCSP',
        isOcspResponder: 'noCheck',
        notAfter: new Date('2025-06-01T00:00:00Z'),
      }),
    ],
    [
      'of another authority of the same name',
      createDemoPki().issue({ commonName: 'Trả lời OCSP', isOcspResponder: 'noCheck' }),
    ],
  ])('attack 28: a responder %s is not believed', (_what, signer) => {
    const answer = answered({ good: [leader] }, { signer });

    // A list of yesterday is older: a responder that was believed would be the newer word.
    expect(judge([answer], { crls: [list(Date.now() - DAY)] }).kind).toBe('crl');
  });

  test('attack 28: a changed answer is not believed', () => {
    const answer = answered({ good: [leader] });
    // Behind the serial number: the status, two bytes, and thisUpdate, whose last second is changed.
    const second =
      Buffer.from(answer).indexOf(leader.serial, 'hex') + leader.serial.length / 2 + 17;
    const changed = answer.map((byte, i) => (i === second ? byte ^ 1 : byte));

    expect(parseOcsp(changed)?.statusOf(platform, asked(leader))).toMatchObject({ status: 'good' });
    expect(judge([changed]).trust).toBe('unknown');
    expect(parseOcsp(answer.subarray(0, 200))).toBeUndefined();
  });

  test('attack 28: an answer of the future is not used, nor one that had ended', () => {
    const answer = answered({ good: [leader] });

    expect(judge([answer], { now: Date.now() - DAY }).trust).toBe('unknown');
    expect(judge([answer], { now: Date.now() + 8 * DAY })).toMatchObject({
      trust: 'unknown',
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'revocation.too-old' })]),
    });
  });

  test('a responder without nocheck must be on no list of its issuer', () => {
    const listed = pki.issue({ commonName: 'Trả lời OCSP', isOcspResponder: 'listed' });
    const answer = answered({ good: [leader] }, { signer: listed });
    const dayAgo = Date.now() - DAY;
    const lists = (revoked: readonly DemoIdentity[]) => ({ crls: [list(dayAgo, revoked)] });

    expect(judge([answer]).trust).toBe('unknown');
    expect(judge([answer], lists([]))).toMatchObject({ kind: 'ocsp', trust: 'trusted' });
    expect(judge([answer], lists([listed]))).toMatchObject({ kind: 'crl', trust: 'trusted' });
  });
});

test(
  'V-13: lists and answers inside a CMS are found, as RFC 5940 and Adobe put them',
  needs('openssl'),
  () => {
    const crl = list(Date.now());
    const answer = answered({ good: [leader] });
    const inSet = derContext(1, derOid(oid.ocspInCms), answer);
    const archival = derSequence(
      derContext(0, derSequence(crl)),
      derContext(1, derSequence(answer)),
    );
    const counts = (
      crls: readonly Uint8Array[],
      signed: ReadonlyMap<string, readonly Uint8Array[]>,
    ) => {
      const found = embeddedRevocation({ crls, signed });
      return [found.crls.length, found.ocsps.length];
    };

    expect(counts([crl, inSet], new Map())).toEqual([1, 1]);
    expect(counts([], new Map([[oid.adobeRevocation, [archival]]]))).toEqual([1, 1]);
    expect(embeddedRevocation(undefined)).toEqual({ crls: [], ocsps: [] });
  },
);
