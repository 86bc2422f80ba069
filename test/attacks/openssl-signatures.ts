import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatBytes, toHex } from '../../src/shared/kernel/bytes';
import { readForm } from '../../src/shared/pades/reader/form';
import { pdfBytes } from '../../src/shared/pades/syntax';
import { checkByteRange } from '../../src/shared/pades/verify/byte-range';
import { listSignatures } from '../../src/shared/pades/verify/signature-fields';
import { open, run, saved, temporaryFolder } from '../unit/shared/pades/helpers';

/** How openssl makes a key and a CMS with it. */
export interface OtherSigner {
  readonly name: string;
  readonly key: readonly string[];
  readonly options: readonly string[];
}

const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];
const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
const pss = ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:digest'];

/** Named by the algorithm that the report tells of them. */
export const soundSigners: readonly OtherSigner[] = [
  { name: 'RSA-3072 SHA-512', key: rsa(3072), options: ['-md', 'sha512', '-cades'] },
  { name: 'RSA-2048 SHA-256', key: rsa(2048), options: ['-md', 'sha256', '-keyid'] },
  { name: 'RSA-2048 SHA-384', key: rsa(2048), options: ['-md', 'sha384', '-noattr'] },
  { name: 'RSA-PSS-2048 SHA-512', key: rsa(2048), options: ['-md', 'sha512', '-cades', ...pss] },
  { name: 'ECDSA-256 SHA-512', key: ec('P-256'), options: ['-md', 'sha512', '-cades'] },
  { name: 'ECDSA-384 SHA-256', key: ec('P-384'), options: ['-md', 'sha256', '-cades'] },
  { name: 'ECDSA-521 SHA-384', key: ec('P-521'), options: ['-md', 'sha384', '-cades'] },
];

/** Undecided on every platform, whatever its library knows. */
export const unknownSigners: readonly OtherSigner[] = [
  { name: 'brainpoolP256r1', key: ec('brainpoolP256r1'), options: ['-md', 'sha256'] },
  { name: 'secp256k1', key: ec('secp256k1'), options: ['-md', 'sha256'] },
  { name: 'SHA3-256', key: rsa(2048), options: ['-md', 'sha3-256'] },
];

/** Puts a signature of openssl in the place of ours: what other programs' files hold. */
export function opensslSigning(file: Uint8Array): (signer: OtherSigner) => Uint8Array {
  const pdf = open(file);
  const [signature] = listSignatures(pdf, readForm(pdf.now));
  const range = signature && checkByteRange(pdf, signature).range;
  if (!range) throw new Error('the file has no signature');
  const { gapStart, gapEnd } = range;
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  const covered = concatBytes(file.subarray(0, gapStart), file.subarray(gapEnd));
  const content = saved(folder, 'content', covered);
  return ({ key, options }) => {
    run('openssl', ['genpkey', ...key, '-out', path('key')]);
    const subject = ['-subj', '/CN=Other', '-days', '30'];
    run('openssl', ['req', '-x509', '-key', path('key'), ...subject, '-out', path('certificate')]);
    const signer = ['-signer', path('certificate'), '-inkey', path('key'), '-nosmimecap'];
    const out = ['-outform', 'DER', '-out', path('cms')];
    run('openssl', ['cms', '-sign', '-binary', '-in', content, ...signer, ...out, ...options]);
    const hex = toHex(new Uint8Array(readFileSync(path('cms'))));
    const signed = file.slice();
    signed.set(pdfBytes(hex.padEnd(gapEnd - gapStart - 2, '0')), gapStart + 1);
    return signed;
  };
}
