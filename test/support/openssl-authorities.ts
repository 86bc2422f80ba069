import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoIdentity, DemoPki } from './demo-pki';

/** A timestamping authority and an OCSP responder as `openssl ts` and `openssl ocsp` play them, by the real clock. */

function workshop() {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-'));
  return {
    path: (name: string) => join(folder, name),
    put: (name: string, content: Uint8Array | string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    take: (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name))),
  };
}

const openssl = (args: readonly string[]): string =>
  execFileSync('openssl', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** DER of a TimeStampResp to a TimeStampReq. */
export function stampWithOpenssl(
  pki: DemoPki,
  authority: DemoIdentity,
  request: Uint8Array,
): Uint8Array {
  const { put, path, take } = workshop();
  const config = put(
    'tsa.cnf',
    [
      '[t]',
      `serial=${put('serial', '01\n')}`,
      'crypto_device=builtin',
      `signer_cert=${put('tsa.pem', authority.certificatePem)}`,
      `certs=${put('sub.pem', pki.subCa.certificatePem)}`,
      `signer_key=${put('key.pem', authority.privateKeyPem)}`,
      'signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1',
      'ess_cert_id_chain=no\ness_cert_id_alg=sha256\n',
    ].join('\n'),
  );
  const query = put('query.tsq', request);
  const reply = path('reply.tsr');
  openssl(['ts', '-reply', '-queryfile', query, '-config', config, '-section', 't', '-out', reply]);
  return take('reply.tsr');
}

/** A token made of somebody's TSTInfo by any certificate: `openssl ts` itself would refuse one without the usage. */
export function signTstInfoWithOpenssl(
  pki: DemoPki,
  signer: DemoIdentity,
  info: Uint8Array,
): Uint8Array {
  const { put, path, take } = workshop();
  openssl([
    'cms',
    '-sign',
    '-binary',
    '-nodetach',
    '-cades',
    '-md',
    'sha256',
    '-outform',
    'DER',
    '-econtent_type',
    '1.2.840.113549.1.9.16.1.4',
    '-in',
    put('info', info),
    '-signer',
    put('signer.pem', signer.certificatePem),
    '-inkey',
    put('key.pem', signer.privateKeyPem),
    '-certfile',
    put('sub.pem', pki.subCa.certificatePem),
    '-out',
    path('token'),
  ]);
  return take('token');
}

/** What `openssl ts -verify` says of a token over data; throws when it does not verify. */
export function verifyStampWithOpenssl(pki: DemoPki, token: Uint8Array, data: Uint8Array): string {
  const { put } = workshop();
  return openssl([
    'ts',
    '-verify',
    '-token_in',
    '-in',
    put('token', token),
    '-data',
    put('data', data),
    '-CAfile',
    put('root.pem', pki.root.certificatePem),
    '-untrusted',
    put('sub.pem', pki.subCa.certificatePem),
  ]);
}

/** DER of an OCSPResponse to an OCSPRequest: what is not `revoked` is good for a week from now. */
export function answerWithOpenssl(
  responder: { readonly pki: DemoPki; readonly signer: DemoIdentity },
  request: Uint8Array,
  known: { readonly good?: readonly DemoIdentity[]; readonly revoked?: readonly DemoIdentity[] },
): Uint8Array {
  const { put, path, take } = workshop();
  const line = (state: string, revoked: string, { serial }: DemoIdentity): string =>
    `${state}\t400101000000Z\t${revoked}\t${serial.toUpperCase()}\tunknown\t/CN=x\n`;
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().replace(/[-T:]/g, '');
  const index = [
    ...(known.good ?? []).map((one) => line('V', '', one)),
    ...(known.revoked ?? []).map((one) => line('R', `${yesterday.slice(2, 14)}Z`, one)),
  ];
  const { pki, signer } = responder;
  openssl([
    'ocsp',
    '-index',
    put('index.txt', index.join('')),
    '-ndays',
    '7',
    '-CA',
    put('ca.pem', pki.subCa.certificatePem),
    '-rsigner',
    put('signer.pem', signer.certificatePem),
    '-rkey',
    put('key.pem', signer.privateKeyPem),
    '-reqin',
    put('request.der', request),
    '-respout',
    path('answer.der'),
  ]);
  return take('answer.der');
}
