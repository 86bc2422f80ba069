import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, toHex } from '../../../../src/shared/kernel/bytes';
import { readForm } from '../../../../src/shared/pades/reader/form';
import { pdfBytes } from '../../../../src/shared/pades/syntax';
import { checkByteRange } from '../../../../src/shared/pades/verify/byte-range';
import { listSignatures } from '../../../../src/shared/pades/verify/signature-fields';
import {
  anOffice,
  fixture,
  has,
  open,
  prepared,
  run,
  saved,
  signAsLeader,
  temporaryFolder,
  verify,
  type Office,
} from './helpers';

/** Signatures of openssl in the place of ours: what other programs' files hold. */
describe.skipIf(!has('openssl'))('V-5: signatures that openssl made', () => {
  let office: Office;
  let file: Uint8Array;
  let gap: { readonly start: number; readonly end: number };
  let folder: string;
  let content: string;
  beforeAll(() => {
    office = anOffice();
    file = signAsLeader(office, prepared(fixture('hand-cr-line-ends.pdf')));
    const pdf = open(file);
    const [signature] = listSignatures(pdf, readForm(pdf.now));
    const range = signature && checkByteRange(pdf, signature).range;
    if (!range) throw new Error('the file has no signature');
    gap = { start: range.gapStart, end: range.gapEnd };
    folder = temporaryFolder();
    content = saved(
      folder,
      'content',
      concatBytes(file.subarray(0, gap.start), file.subarray(gap.end)),
    );
  }, 60_000);

  function signedBy(key: readonly string[], options: readonly string[]): Uint8Array {
    const path = (name: string): string => join(folder, name);
    run('openssl', ['genpkey', ...key, '-out', path('key')]);
    const subject = ['-subj', '/CN=Other', '-days', '30'];
    run('openssl', ['req', '-x509', '-key', path('key'), ...subject, '-out', path('certificate')]);
    const signer = ['-signer', path('certificate'), '-inkey', path('key'), '-nosmimecap'];
    const out = ['-outform', 'DER', '-out', path('cms')];
    run('openssl', ['cms', '-sign', '-binary', '-in', content, ...signer, ...out, ...options]);
    const hex = toHex(new Uint8Array(readFileSync(path('cms'))));
    const signed = file.slice();
    signed.set(pdfBytes(hex.padEnd(gap.end - gap.start - 2, '0')), gap.start + 1);
    return signed;
  }

  const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];
  const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
  const pss = ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:digest'];

  test.each([
    ['RSA-3072 SHA-512', rsa(3072), ['-md', 'sha512', '-cades']],
    ['RSA-2048 SHA-256', rsa(2048), ['-md', 'sha256', '-keyid']],
    ['RSA-2048 SHA-384', rsa(2048), ['-md', 'sha384', '-noattr']],
    ['RSA-PSS-2048 SHA-512', rsa(2048), ['-md', 'sha512', '-cades', ...pss]],
    ['ECDSA-256 SHA-512', ec('P-256'), ['-md', 'sha512', '-cades']],
    ['ECDSA-384 SHA-256', ec('P-384'), ['-md', 'sha256', '-cades']],
    ['ECDSA-521 SHA-384', ec('P-521'), ['-md', 'sha384', '-cades']],
  ])('%s is intact', (algorithm, key, options) => {
    const { signatures } = verify(signedBy(key, options), office.trust);

    expect(signatures).toMatchObject([{ integrity: 'intact', algorithm }]);
  });

  test.each([
    ['brainpoolP256r1', ec('brainpoolP256r1'), ['-md', 'sha256']],
    ['secp256k1', ec('secp256k1'), ['-md', 'sha256']],
    ['SHA3-256', rsa(2048), ['-md', 'sha3-256']],
  ])('%s is not called right or wrong', (_, key, options) => {
    const { verdict, signatures } = verify(signedBy(key, options), office.trust);

    const [signature] = signatures;
    expect([verdict, signature?.integrity]).toEqual(['CHUA_XAC_DINH', 'undecided']);
    expect(signature?.reasons.map(({ code }) => code)).toContain('algorithm.unsupported');
  });
});
