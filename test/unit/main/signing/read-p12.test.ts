import { createHmac, randomBytes, sign, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { afterAll, expect, test } from 'vitest';
import { readP12, type P12Content } from '../../../../src/main/features/signing/read-p12';
import { toHex } from '@shared/kernel/bytes';
import { createDemoPki } from '../../../support/demo-pki';
import { makeP12Files, PASSWORD } from '../../../support/p12-files';

const folder = mkdtempSync(join(tmpdir(), 'tcv-p12-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pki = createDemoPki();
const files = makeP12Files(folder, pki);
const legacy = ['-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES'];
const chain = ['-certfile', 'chain.pem'];

const contentOf = (file: Uint8Array, password = PASSWORD): P12Content => {
  const read = readP12(file, password);
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
};

test.each([
  ['PBES2 with AES-256', 'rsa', [], PASSWORD],
  [
    'PBES2 with AES-128 and a MAC of SHA-512',
    'rsa',
    ['-certpbe', 'aes-128-cbc', '-keypbe', 'aes-128-cbc', '-macalg', 'sha512'],
    PASSWORD,
  ],
  ['3DES and RC2-40, the oldest form', 'rsa', legacy, PASSWORD],
  ['3DES for both', 'rsa', ['-legacy', '-descert'], 'plain-1'],
  ['no encryption of certificates', 'rsa', ['-certpbe', 'NONE'], PASSWORD],
  ['a chain of three', 'rsa', chain, PASSWORD],
  ['P-256', 'ec', chain, PASSWORD],
  ['P-256 in the oldest form', 'ec', legacy, PASSWORD],
  ['an empty password', 'rsa', [], ''],
] as const)('software keys: %s is read, byte for byte', (_form, name, args, password) => {
  const read = contentOf(files.exported(name, args, password), password);

  expect(Buffer.from(read.certificate).equals(files.certificateOf(name))).toBe(true);
  const data = randomBytes(32);
  const value = sign('sha256', data, read.key);
  expect(verify('sha256', data, new X509Certificate(read.certificate).publicKey, value)).toBe(true);
  const hasChain = (args as readonly string[]).includes('-certfile');
  const others = hasChain ? [pki.subCa.certificate, pki.root.certificate] : [];
  expect(read.others.map(toHex).toSorted()).toEqual(others.map(toHex).toSorted());
});

test.each([
  ['another password', () => files.exported('rsa'), 'Mật khẩu số 2', 'softwareKey.password-wrong'],
  [
    'a password in other letters',
    () => files.exported('rsa'),
    PASSWORD.normalize('NFD'),
    'softwareKey.password-wrong',
  ],
  [
    'a file cut off',
    () => files.exported('rsa').slice(0, 900),
    PASSWORD,
    'softwareKey.file-unusable',
  ],
  ['no file at all', () => new Uint8Array(), PASSWORD, 'softwareKey.file-unusable'],
  ['a PDF', () => new Uint8Array(Buffer.from('%PDF-1.7\n')), PASSWORD, 'softwareKey.file-unusable'],
  ['no MAC', () => files.exported('rsa', ['-nomac']), PASSWORD, 'softwareKey.file-unusable'],
  ['no key', () => files.exported('rsa', ['-nokeys']), PASSWORD, 'softwareKey.key-missing'],
  ['a short RSA key', () => files.exported('weak'), PASSWORD, 'softwareKey.key-weak'],
  ['two keys', twoKeys, PASSWORD, 'softwareKey.several-keys'],
  ['an authority’s own key', () => files.exported('sub'), PASSWORD, 'softwareKey.key-missing'],
] as const)('software keys: %s is named', (_what, make, password, code) => {
  expect(readP12(make(), password)).toEqual({ ok: false, error: { code } });
});

/** openssl exports one key alone: the contents of two files are put into one, under a MAC of its own (RFC 7292 §5.1). */
function twoKeys(): Uint8Array {
  const { asn1, md, pkcs12, util } = forge;
  const { Class, Type } = asn1;
  const inside = (node: forge.asn1.Asn1, ...path: readonly number[]): forge.asn1.Asn1 =>
    path.reduce((at, index) => at.value[index] as forge.asn1.Asn1, node);
  const sequence = (value: forge.asn1.Asn1[]) =>
    asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, value);
  const string = (value: string) => asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, value);
  const files12 = (['rsa', 'ec'] as const).map((name) =>
    asn1.fromDer(Buffer.from(files.exported(name, ['-nomac'])).toString('latin1')),
  );
  const safes = files12.flatMap(
    (pfx) => asn1.fromDer(inside(pfx, 1, 1, 0).value as string).value as forge.asn1.Asn1[],
  );
  const [pfx] = files12;
  if (!pfx) throw new Error('there are two files');
  const content = asn1.toDer(sequence(safes)).getBytes();
  inside(pfx, 1, 1, 0).value = content;
  const [salt, forMac] = ['saltsalt', 3 as Parameters<typeof pkcs12.generateKey>[2]];
  const sha1 = md.sha1.create();
  const key = pkcs12.generateKey(PASSWORD, util.createBuffer(salt), forMac, 1, 20, sha1);
  const mac = createHmac('sha1', Buffer.from(key.getBytes(), 'latin1')).update(content, 'latin1');
  const oid = asn1.oidToDer('1.3.14.3.2.26').getBytes();
  const algorithm = sequence([asn1.create(Class.UNIVERSAL, Type.OID, false, oid)]);
  const digest = sequence([algorithm, string(mac.digest().toString('latin1'))]);
  (pfx.value as forge.asn1.Asn1[]).push(sequence([digest, string(salt)]));
  return new Uint8Array(Buffer.from(asn1.toDer(pfx).getBytes(), 'latin1'));
}
