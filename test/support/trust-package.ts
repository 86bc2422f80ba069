import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { signedPartOf } from '@shared/pades/trust-package';
import type { DemoPki } from './demo-pki';

/** Who signs trust packages; the public half is what a program pins. */
export function aPackageKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    publicBase64: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    /** A package as its file holds it. */
    seal: (manifest: object): string =>
      JSON.stringify({
        manifest,
        signature: sign(null, signedPartOf(manifest), privateKey).toString('hex'),
      }),
  };
}

const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

/** What a package says that trusts these authorities. */
export const aManifest = (
  { root, subCa }: DemoPki,
  over: {
    readonly version?: number;
    readonly issuedAt?: string;
    readonly crls?: readonly string[];
  } = {},
) => ({
  format: 'tcvtrust/1' as const,
  version: 1,
  issuedAt: '2026-11-20T00:00:00.000Z',
  anchors: [
    {
      sha256: createHash('sha256').update(root.certificate).digest('hex'),
      der: base64(root.certificate),
    },
  ],
  intermediates: [base64(subCa.certificate)],
  crls: [] as readonly string[],
  ...over,
});
