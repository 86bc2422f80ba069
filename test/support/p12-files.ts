import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDemoPki, type DemoPki } from './demo-pki';

/** Password with letters that UTF-8, UTF-16 and Latin-1 write differently. */
export const PASSWORD = 'Mật khẩu số 1 – Đỗ';

type Name = 'rsa' | 'ec' | 'weak' | 'sub';

export interface P12Files {
  /** DER. */
  readonly certificateOf: (name: Name) => Uint8Array;
  readonly keyPemOf: (name: Name) => string;
  /** What openssl exports with these arguments, under `PASSWORD`; `chain.pem` holds sub-CA and root. */
  readonly exported: (name: Name, args?: readonly string[], password?: string) => Uint8Array;
}

/** Keys made by openssl, certified below a demonstration's authorities, and exported by openssl as an office gets them. */
export function makeP12Files(folder: string, pki: DemoPki = createDemoPki()): P12Files {
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];
  const p256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const issue = (name: Name, algorithm: readonly string[], commonName: string): Uint8Array => {
    openssl('genpkey', ...algorithm, '-out', `${name}.key`);
    const publicKeyPem = openssl('pkey', '-in', `${name}.key`, '-pubout').toString();
    const organization = 'Ủy ban nhân dân xã Thử Nghiệm';
    const { certificate, certificatePem } = pki.issue({ commonName, organization, publicKeyPem });
    writeFileSync(join(folder, `${name}.pem`), certificatePem);
    return certificate;
  };
  writeFileSync(join(folder, 'sub.key'), pki.subCa.privateKeyPem);
  writeFileSync(join(folder, 'sub.pem'), pki.subCa.certificatePem);
  writeFileSync(join(folder, 'chain.pem'), pki.subCa.certificatePem + pki.root.certificatePem);
  const certificates: Readonly<Record<Name, Uint8Array>> = {
    rsa: issue('rsa', rsa(2048), 'Đỗ Thị Ngọc Ánh'),
    ec: issue('ec', p256, 'Trần Văn Ế'),
    weak: issue('weak', rsa(1024), 'Khóa yếu'),
    sub: pki.subCa.certificate,
  };
  return {
    certificateOf: (name) => certificates[name],
    keyPemOf: (name) => readFileSync(join(folder, `${name}.key`), 'utf8'),
    exported: (name, args = [], password = PASSWORD) => {
      const source = args.includes('-nokeys') ? [] : ['-inkey', `${name}.key`];
      const output = ['-name', 'Khóa của Đỗ Thị Ngọc Ánh', '-passout', `pass:${password}`];
      openssl(
        'pkcs12',
        '-export',
        '-in',
        `${name}.pem`,
        ...source,
        '-out',
        'out.p12',
        ...output,
        ...args,
      );
      return new Uint8Array(readFileSync(join(folder, 'out.p12')));
    },
  };
}
