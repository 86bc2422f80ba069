import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCrl } from '../../../../src/shared/pades/cms/crl';
import { parsePem } from '../../../../src/shared/pades/pem';
import { completeSignature, prepareSignature } from '../../../../src/shared/pades/signature';
import { parsePdfDate } from '../../../../src/shared/pades/signature-dictionary';
import type { TrustMaterial } from '../../../../src/shared/pades/verify/trust';
import { pemOfPackage } from '../../../../src/shared/pades/trust-package';
import { trustFromPem } from '../../../../src/shared/pades/verify/trust-material';
import {
  createDemoPki,
  signAsToken,
  toPem,
  toPkcs12,
  type DemoIdentity,
} from '../../../support/demo-pki';
import { aManifest } from '../../../support/trust-package';
import {
  anOffice,
  bytesOf,
  fixture,
  needs,
  NOW,
  platform,
  prepared,
  run,
  saved,
  SIGNED_AT,
  signAsLeader,
  signWith,
  temporaryFolder,
  value,
  verify,
  type Office,
} from './helpers';

let office: Office;
let ready: Uint8Array;
beforeAll(() => {
  office = anOffice();
  ready = prepared(fixture('hand-cr-line-ends.pdf'));
});

const DAY = 86_400_000;
const at = (offsetMs: number): Date => new Date(SIGNED_AT + offsetMs);
const sign = (signer: DemoIdentity, options: { readonly signedAtMs?: number } = {}): Uint8Array =>
  signWith(office, ready, signer, { field: 'ky_ca_nhan', ...options });

function trustWith(...crls: readonly Uint8Array[]): TrustMaterial {
  return trustFromPem([
    office.pki.root.certificatePem,
    ...crls.map((crl) => toPem('X509 CRL', crl)),
  ]).material;
}
const judge = (bytes: Uint8Array, trust: TrustMaterial, nowMs = NOW) => {
  const report = verify(bytes, trust, nowMs);
  const [signature] = report.signatures;
  return {
    verdict: report.verdict,
    trust: signature?.trust,
    codes: signature?.reasons.map(({ code }) => code) ?? [],
    signature,
  };
};

describe('V-12: chains', () => {
  test('anchors come from outside: a root inside the file is worth nothing', () => {
    const bytes = signWith(office, ready, office.leader, {
      field: 'ky_ca_nhan',
      certificates: [...office.pki.chainOf(office.leader), office.pki.root.certificate],
    });
    const nothing = { anchors: [], intermediates: [], crls: [], ocsps: [] };

    expect(judge(bytes, nothing)).toMatchObject({ verdict: 'CHUA_XAC_DINH', trust: 'untrusted' });
  });

  test('an issuer of the same name with another key is not the issuer', () => {
    const impostor = createDemoPki();
    const trust = trustFromPem([impostor.root.certificatePem]).material;

    expect(judge(sign(office.leader), trust)).toMatchObject({
      verdict: 'CHUA_XAC_DINH',
      trust: 'untrusted',
    });
  });

  test('a missing intermediate is filled from the administrator’s folder', () => {
    const bytes = signWith(office, ready, office.leader, {
      field: 'ky_ca_nhan',
      certificates: [office.leader.certificate],
    });
    const withSub = trustFromPem([
      office.pki.root.certificatePem,
      office.pki.subCa.certificatePem,
      toPem('X509 CRL', office.crl),
    ]).material;

    expect(judge(bytes, office.trust)).toMatchObject({ trust: 'unknown' });
    expect(judge(bytes, withSub)).toMatchObject({ trust: 'trusted', verdict: 'HOP_LE_CANH_BAO' });
  });

  test('a person’s certificate issues nothing', () => {
    // The leader "issues" by name only: the chain ends at a certificate without the CA flag.
    const trust = trustFromPem([office.leader.certificatePem]).material;

    expect(judge(sign(office.organ), trust).trust).not.toBe('trusted');
  });

  test('openssl builds the same chain', needs('openssl'), () => {
    const folder = temporaryFolder();
    const path = (name: string, text: string) => saved(folder, name, text);

    const output = run('openssl', [
      ...`verify -CAfile ${path('root.pem', office.pki.root.certificatePem)}`.split(' '),
      ...`-untrusted ${path('sub.pem', office.pki.subCa.certificatePem)}`.split(' '),
      ...`-attime ${SIGNED_AT / 1000} ${path('leaf.pem', office.leader.certificatePem)}`.split(' '),
    ]);

    expect(output).toContain('leaf.pem: OK');
  });
});

describe('validity', () => {
  test.each([
    [
      'expired when it signed',
      { notBefore: at(-9 * DAY), notAfter: at(-DAY) },
      'KHONG_HOP_LE',
      'expired',
    ],
    [
      'not yet valid when it signed',
      { notBefore: at(DAY), notAfter: at(9 * DAY) },
      'KHONG_HOP_LE',
      'notYetValid',
    ],
  ])('%s', (_, dates, verdict, trust) => {
    const signer = office.pki.issue({ commonName: 'Trần Thị Thử', ...dates });

    expect(judge(sign(signer), office.trust)).toMatchObject({ verdict, trust });
  });

  test('expired today, valid when it signed: the signature stays', () => {
    const later = Date.parse('2031-01-01T00:00:00Z');

    expect(judge(sign(office.leader), office.trust, later)).toMatchObject({ trust: 'trusted' });
  });

  test('attack 31: a claimed time in the future is not used', () => {
    const bytes = sign(office.leader, { signedAtMs: NOW + 30 * DAY });

    const { codes, verdict } = judge(bytes, office.trust);

    expect(codes).toContain('time.in-future');
    expect(verdict).not.toBe('HOP_LE');
  });
});

describe('V-13: revocation', () => {
  const crl = (options: Partial<Parameters<Office['pki']['crl']>[0]> = {}) =>
    office.pki.crl({ thisUpdate: at(-DAY), nextUpdate: at(6 * DAY), ...options });

  test('without a list the verdict is never green', () => {
    expect(judge(sign(office.leader), trustWith())).toMatchObject({
      verdict: 'CHUA_XAC_DINH',
      trust: 'unknown',
    });
  });

  test('a list that ended before the signature is too old, and its date is told', () => {
    const old = crl({ thisUpdate: at(-20 * DAY), nextUpdate: at(-13 * DAY) });

    const { codes, signature } = judge(sign(office.leader), trustWith(old));

    expect(codes).toContain('revocation.too-old');
    expect(signature?.reasons.find(({ code }) => code === 'revocation.too-old')?.where).toBe(
      at(-20 * DAY).toISOString(),
    );
  });

  test('revoked before signing', () => {
    const list = crl({ revoked: [{ serial: office.leader.serial, at: at(-2 * DAY) }] });

    expect(judge(sign(office.leader), trustWith(list))).toMatchObject({
      verdict: 'KHONG_HOP_LE',
      trust: 'revoked',
    });
  });

  test('revoked after a time that is only claimed: undecided', () => {
    const list = crl({ revoked: [{ serial: office.leader.serial, at: at(3600_000) }] });

    expect(judge(sign(office.leader), trustWith(list))).toMatchObject({ verdict: 'CHUA_XAC_DINH' });
  });

  test('attack 28: lists of another issuer, of the future, and broken ones are ignored', () => {
    const other = createDemoPki().crl({ thisUpdate: at(-DAY), nextUpdate: at(DAY) });
    const future = crl({ thisUpdate: at(30 * DAY), nextUpdate: at(40 * DAY) });
    const broken = crl();
    broken[broken.length - 5] = (broken.at(-5) ?? 0) ^ 1;

    expect(judge(sign(office.leader), trustWith(other, future, broken))).toMatchObject({
      verdict: 'CHUA_XAC_DINH',
    });
  });

  test('openssl reads our demo list', needs('openssl'), () => {
    const list = crl({ revoked: [{ serial: office.leader.serial, at: at(-2 * DAY) }] });
    const path = saved(temporaryFolder(), 'x.crl', list);
    const ca = saved(temporaryFolder(), 'ca.pem', office.pki.subCa.certificatePem);

    const text = run('sh', [
      '-c',
      `openssl crl -inform DER -in ${path} -CAfile ${ca} -text -noout 2>&1`,
    ]);

    expect(text).toContain('verify OK');
    expect(parseCrl(list)?.revokedAt(office.leader.serial)).toBe(SIGNED_AT - 2 * DAY);
  });
});

describe('V-6: timestamps', () => {
  /** A timestamping authority played by openssl. */
  function stamp(data: Uint8Array, isAuthority = true): Uint8Array {
    const folder = temporaryFolder();
    const tsa = office.pki.issue({
      commonName: 'TSA trình diễn',
      isTimestampAuthority: isAuthority,
    });
    const path = (name: string, content: Uint8Array | string) => saved(folder, name, content);
    const config = path(
      'tsa.cnf',
      `[t]\nserial=${join(folder, 'serial')}\ncrypto_device=builtin\nsigner_cert=${path('tsa.pem', tsa.certificatePem)}\ncerts=${path('sub.pem', office.pki.subCa.certificatePem)}\nsigner_key=${path('key.pem', tsa.privateKeyPem)}\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n`,
    );
    path('serial', '01\n');
    const query = join(folder, 'q.tsq');
    run('openssl', [
      'ts',
      '-query',
      '-data',
      path('data', data),
      '-sha256',
      '-cert',
      '-out',
      query,
    ]);
    const reply = join(folder, 'r.tst');
    run('openssl', [
      'ts',
      '-reply',
      '-queryfile',
      query,
      '-config',
      config,
      '-section',
      't',
      '-token_out',
      '-out',
      reply,
    ]);
    return bytesOf(reply);
  }

  function stamped(
    makeToken: (signature: Uint8Array) => Uint8Array,
    signedAtMs: number,
  ): Uint8Array {
    const { pending, dataToSign } = value(
      prepareSignature(platform, ready, {
        field: 'ky_ca_nhan',
        certificates: office.pki.chainOf(office.leader),
        signedAtMs,
        appearance: { kind: 'none' },
        planTimestamp: true,
      }),
    );
    const signature = signAsToken(office.leader.privateKeyPem, dataToSign);
    return value(completeSignature(platform, pending, signature, makeToken(signature)));
  }

  test(
    'HOP_LE: proven time, good chain, fresh lists of both authorities',
    needs('openssl', 'pdfsig'),
    () => {
      const now = Date.now();
      const list = (issuer: 'root' | 'subCa') =>
        office.pki.crl({
          issuer,
          thisUpdate: new Date(now - DAY),
          nextUpdate: new Date(now + DAY),
        });
      const bytes = stamped((signature) => stamp(signature), now);

      const { signature, verdict } = judge(
        bytes,
        trustWith(list('root'), list('subCa')),
        now + 5000,
      );

      expect(signature).toMatchObject({
        integrity: 'intact',
        trust: 'trusted',
        level: 'B-T',
        reasons: [],
      });
      expect(Date.parse(signature?.provenTime ?? '')).toBeGreaterThan(now - 60_000);
      expect(verdict).toBe('HOP_LE');
      expect(run('pdfsig', ['-nocert', saved(temporaryFolder(), 'x.pdf', bytes)])).toContain(
        'Signature is Valid',
      );
    },
  );

  test('V-13: revoked after a proven time is good with a warning', needs('openssl'), () => {
    const now = Date.now();
    const list = office.pki.crl({
      thisUpdate: new Date(now - DAY),
      nextUpdate: new Date(now + DAY),
      revoked: [{ serial: office.leader.serial, at: new Date(now + 3_600_000) }],
    });
    const bytes = stamped((signature) => stamp(signature), now);

    expect(judge(bytes, trustWith(list), now + DAY / 2)).toMatchObject({
      verdict: 'HOP_LE_CANH_BAO',
      trust: 'trusted',
    });
  });

  test('attack 27: a token over something else proves nothing', needs('openssl'), () => {
    const bytes = stamped(() => stamp(new Uint8Array(256)), SIGNED_AT);

    const { codes, signature } = judge(bytes, office.trust);

    expect(codes).toContain('timestamp.invalid');
    expect(signature?.provenTime).toBeNull();
  });
});

test('dates of other programs are read with their zone', () => {
  expect(parsePdfDate("D:20261122090541+07'00'")).toBe(SIGNED_AT);
  expect(parsePdfDate('D:20261122020541Z')).toBe(SIGNED_AT);
  expect(parsePdfDate("D:20261121210541-05'00")).toBe(SIGNED_AT);
  expect(parsePdfDate('gì đó')).toBeUndefined();
});

test('PEM files with text and several blocks', () => {
  const text = `Root\n${office.pki.root.certificatePem}\nxx\n${office.pki.subCa.certificatePem}`;

  expect(parsePem(text).map(({ label }) => label)).toEqual(['CERTIFICATE', 'CERTIFICATE']);
  expect(
    Buffer.from(parsePem(text)[0]?.der ?? []).equals(Buffer.from(office.pki.root.certificate)),
  ).toBe(true);
});

test('4.3: another program’s signature after ours raises no alarm', needs('mutool'), () => {
  const folder = temporaryFolder();
  const input = saved(folder, 'in.pdf', signAsLeader(office, ready));
  const key = saved(folder, 'key.p12', toPkcs12(office.pki, office.organ, 'x'));
  const output = join(folder, 'out.pdf');
  const number = /(\d+) 0 obj\n<<\n\/Type \/Annot\n\/Subtype \/Widget\n\/T \(ky_co_quan\)/.exec(
    Buffer.from(ready).toString('latin1'),
  )?.[1];
  run('mutool', ['sign', '-s', key, '-P', 'x', '-o', output, input, number ?? '']);

  const { signatures } = verify(bytesOf(output), office.trust);

  expect(signatures.map(({ integrity, changes }) => [integrity, changes])).toEqual([
    ['intact', 'permitted'],
    ['intact', 'none'],
  ]);
});

describe('O-4: the age of the trust package', () => {
  const crl = (revoked: readonly { readonly serial: string; readonly at: Date }[] = []) =>
    office.pki.crl({ thisUpdate: at(-DAY), nextUpdate: at(DAY), revoked });
  const packaged = (ageDays: number, list = crl()): TrustMaterial => {
    const issued = new Date(NOW - ageDays * DAY).toISOString();
    const pem = pemOfPackage(aManifest(office.pki), Buffer.from(issued).toString('base64'));
    return trustFromPem([...pem, toPem('X509 CRL', list)]).material;
  };

  test('past 30 days people are warned, past 90 no revocation is decided', () => {
    const bytes = sign(office.leader);

    expect(judge(bytes, packaged(30)).codes).not.toContain('trust.package-old');
    expect(judge(bytes, packaged(31))).toMatchObject({
      verdict: 'HOP_LE_CANH_BAO',
      trust: 'trusted',
      codes: expect.arrayContaining(['trust.package-old']),
    });
    expect(judge(bytes, packaged(91))).toMatchObject({
      verdict: 'CHUA_XAC_DINH',
      trust: 'unknown',
      codes: expect.arrayContaining(['revocation.package-too-old']),
    });
  });

  test('what is known to be revoked stays so, however old the package', () => {
    const list = crl([{ serial: office.leader.serial, at: at(-DAY) }]);

    expect(judge(sign(office.leader), packaged(400, list)).verdict).toBe('KHONG_HOP_LE');
  });

  test('O-6: a key of a demonstration is never good under a real package', () => {
    const real = createDemoPki({ mark: 'Thử Nghiệm' });
    const trust = trustFromPem([...pemOfPackage(aManifest(real), ''), toPem('X509 CRL', crl())]);

    expect(judge(sign(office.leader), trust.material)).toMatchObject({ verdict: 'CHUA_XAC_DINH' });
  });
});
