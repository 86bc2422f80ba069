import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parseCertificate } from '../../../../src/shared/pades/cms/certificate';
import { rawEntry, isKind } from '../../../../src/shared/pades/reader/objects';
import { readForm } from '../../../../src/shared/pades/reader/form';
import { decodeTextString } from '../../../../src/shared/pades/reader/text-string';
import { listSignatures } from '../../../../src/shared/pades/verify/signature-fields';
import { completeSignature, prepareSignature } from '../../../../src/shared/pades/signature';
import { pdfDate } from '../../../../src/shared/pades/signature-dictionary';
import { signAsToken, type DemoIdentity } from '../../../support/demo-pki';
import {
  anOffice,
  bytesOf,
  fixture,
  needs,
  open,
  platform,
  prepared,
  run,
  saved,
  sealAsOffice,
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
  ready = prepared(fixture('chromium-draft.pdf'));
});

const options = (signer: DemoIdentity) => ({
  field: 'ky_ca_nhan',
  certificates: office.pki.chainOf(signer),
  signedAtMs: SIGNED_AT,
  appearance: { kind: 'none' } as const,
});

/** The CMS and the covered bytes of the only signature. */
function partsOf(bytes: Uint8Array) {
  const file = open(bytes);
  const [signature] = listSignatures(file, readForm(file.now));
  const place = signature?.dict.entries.get('Contents');
  const contents = rawEntry(signature?.dict, 'Contents');
  if (!signature || !place || !isKind(contents, 'string')) throw new Error('no signature');
  const covered = Buffer.concat([bytes.subarray(0, place.start), bytes.subarray(place.end)]);
  const length = 4 + contents.bytes.subarray(2, 4).reduce((sum, byte) => sum * 256 + byte, 0);
  return { signature, place, cms: contents.bytes.slice(0, length), covered };
}

test('S-1: openssl verifies the detached CMS up to the root', needs('openssl'), () => {
  const folder = temporaryFolder();
  const { cms, covered } = partsOf(signAsLeader(office, ready));
  const at = (name: string, bytes: Uint8Array | string) => saved(folder, name, bytes);

  const output = run('openssl', [
    ...'cms -verify -binary -inform DER -purpose any -no_check_time'.split(' '),
    ...`-in ${at('sig.der', cms)} -content ${at('covered.bin', covered)}`.split(' '),
    ...`-CAfile ${at('root.pem', office.pki.root.certificatePem)} -out ${join(folder, 'out.bin')}`.split(
      ' ',
    ),
  ]);

  expect(output).toBe('');
  expect(readFileSync(join(folder, 'out.bin')).equals(covered)).toBe(true);
});

test(
  'S-2: the signed attributes are the four of PAdES, sorted, without signing-time',
  needs('openssl'),
  () => {
    const path = saved(temporaryFolder(), 'sig.der', partsOf(signAsLeader(office, ready)).cms);

    const shown = run('openssl', ['asn1parse', '-inform', 'DER', '-in', path]);

    const attributes =
      /cont \[ 0 \][\s\S]*$/.exec(shown.slice(shown.lastIndexOf('sha256') - 2_000))?.[0] ?? '';
    const names = [...attributes.matchAll(/OBJECT\s+:(\S+)/g)].map(([, name]) => name);
    expect(shown).not.toMatch(/signingTime|1\.2\.840\.113549\.1\.9\.5\b/);
    for (const name of [
      'contentType',
      'messageDigest',
      'id-smime-aa-signingCertificateV2',
      '1.2.840.113549.1.9.52',
    ]) {
      expect(names).toContain(name);
    }
  },
);

test(
  'S-3: texts of the signature dictionary come back as given, the date in Vietnam’s zone',
  needs('qpdf'),
  () => {
    const texts = {
      name: 'Nguyễn Văn Mẫu',
      reason: 'Phê duyệt (bản \\ cuối)',
      location: 'Xã (Thử) Nghiệm',
    };
    const bytes = signWith(office, ready, office.leader, { field: 'ky_ca_nhan', ...texts });
    const { signature } = partsOf(bytes);
    const text = (key: string) => {
      const found = rawEntry(signature.dict, key);
      return isKind(found, 'string') ? decodeTextString(found.bytes) : undefined;
    };

    expect([text('Name'), text('Reason'), text('Location')]).toEqual(Object.values(texts));
    expect(text('M')).toBe("D:20261122090541+07'00'");
    expect(signature.dict.entries.has('Cert')).toBe(false);
    const json = run('qpdf', ['--json', saved(temporaryFolder(), 'x.pdf', bytes)]);
    expect(json).toContain('Phê duyệt (bản \\\\ cuối)');
  },
);

test('S-2: the claimed time is Vietnam’s whatever the zone of the computer', () => {
  expect(pdfDate(Date.parse('2026-12-31T20:00:00Z'))).toBe("D:20270101030000+07'00'");
});

test('S-4: room is at least 16 KB, and follows the certificates', () => {
  const room = (certificates: readonly Uint8Array[]) => {
    const { pending } = value(
      prepareSignature(platform, ready, { ...options(office.leader), certificates }),
    );
    return (pending.gap.end - pending.gap.start - 2) / 2;
  };
  const chain = office.pki.chainOf(office.leader);
  const many = [...chain, ...Array.from({ length: 20 }, () => office.pki.root.certificate)];

  expect(room(chain)).toBe(16_384);
  expect(room(many)).toBeGreaterThan(20 * office.pki.root.certificate.length);
});

test('S-4: a timestamp that does not fit is left out, not the signature', () => {
  const { pending, dataToSign } = value(prepareSignature(platform, ready, options(office.leader)));
  const signature = signAsToken(office.leader.privateKeyPem, dataToSign);

  const bytes = value(completeSignature(platform, pending, signature, new Uint8Array(40_000)));

  expect(verify(bytes, office.trust).signatures[0]).toMatchObject({
    integrity: 'intact',
    level: 'B-B',
  });
});

test('K-14: one flipped bit in the token’s answer and nothing is written', () => {
  const { pending, dataToSign } = value(prepareSignature(platform, ready, options(office.leader)));
  const signature = signAsToken(office.leader.privateKeyPem, dataToSign);
  signature[10] = (signature[10] ?? 0) ^ 1;

  const done = completeSignature(platform, pending, signature);

  expect(done).toEqual({ ok: false, error: { code: 'signing.signature-wrong' } });
});

test('K-14: a key below RSA-2048 and a certificate not meant for signing are refused', () => {
  const small = office.pki.issue({ commonName: 'Khóa ngắn', bits: 1024 });
  const other = office.pki.issue({ commonName: 'Mã hóa', keyUsage: ['keyEncipherment'] });
  const codeFor = (signer: DemoIdentity) => {
    const done = prepareSignature(platform, ready, options(signer));
    return done.ok ? 'ok' : done.error.code;
  };

  expect(codeFor(small)).toBe('signing.certificate-unusable');
  expect(codeFor(other)).toBe('signing.certificate-unusable');
});

test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('V-5: PKCS#1 and PSS with %s', (hash) => {
  for (const usePss of [false, true]) {
    const bytes = signWith(office, ready, office.leader, { field: 'ky_ca_nhan', hash, usePss });
    const [signature] = verify(bytes, office.trust).signatures;

    expect(signature).toMatchObject({
      integrity: 'intact',
      trust: 'trusted',
      algorithm: `RSA${usePss ? '-PSS' : ''}-2048 ${hash}`,
    });
  }
});

test.each([
  ['P-256', 'prime256v1', 'SHA-256'],
  ['P-384', 'secp384r1', 'SHA-384'],
  ['P-521', 'secp521r1', 'SHA-512'],
] as const)('V-5: ECDSA %s', needs('openssl', 'pdfsig'), (_, namedCurve, hash) => {
  const folder = temporaryFolder();
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = saved(folder, 'key.pem', privateKey);
  run('openssl', [
    ...'req -x509 -new -days 3650 -subj /CN=EC -addext keyUsage=digitalSignature'.split(' '),
    ...`-key ${key} -outform DER -out ${join(folder, 'cert.der')}`.split(' '),
  ]);
  const certificate = bytesOf(join(folder, 'cert.der'));
  const { pending, dataToSign } = value(
    prepareSignature(platform, ready, {
      ...options(office.leader),
      certificates: [certificate],
      hash,
    }),
  );

  const bytes = value(
    completeSignature(platform, pending, signAsToken(privateKey, dataToSign, { hash })),
  );

  const [signature] = verify(bytes, office.trust).signatures;
  expect(signature).toMatchObject({ integrity: 'intact', trust: 'untrusted' });
  expect(parseCertificate(certificate)?.key.type).toBe('ec');
  expect(run('pdfsig', ['-nocert', saved(folder, 'x.pdf', bytes)])).toContain('Signature is Valid');
});

test('S-9: nothing is prepared twice, and nothing after a signature', async () => {
  const { prepareFields } = await import('../../../../src/shared/pades/prepare');
  const { fonts, placesFor } = await import('./helpers');
  const again = (bytes: Uint8Array) => {
    const done = prepareFields(platform, bytes, { places: placesFor(bytes), fonts });
    return done.ok ? 'ok' : done.error.code;
  };

  expect(again(ready)).toBe('signing.field-exists');
  expect(again(signAsLeader(office, ready))).toBe('signing.already-signed');
});

test('S-8: a signed field is not signed again, and the seal’s lock holds', () => {
  const sealed = sealAsOffice(office, signAsLeader(office, ready));
  const codeFor = (field: string) => {
    const done = prepareSignature(platform, sealed, { ...options(office.leader), field });
    return done.ok ? 'ok' : done.error.code;
  };

  expect(codeFor('ky_ca_nhan')).toBe('signing.field-filled');
  expect(codeFor('khong_co')).toBe('signing.field-missing');
});

test('S-8: after a seal the unsigned leader’s field is locked', () => {
  const sealed = sealAsOffice(office, ready);

  const done = prepareSignature(platform, sealed, options(office.leader));

  expect(done).toMatchObject({ ok: false, error: { code: 'signing.field-locked' } });
});
