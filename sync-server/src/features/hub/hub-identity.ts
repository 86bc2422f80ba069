import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DeviceId, OfficeId } from '@shared/kernel/ids';
import { utf8 } from '@shared/kernel/bytes';
import { writeSecret } from '../../embedded/cluster-folder';

/** Who this hub is at the province. Its key proves a device; it opens nothing (§20). */
const Identity = z
  .object({
    province: z.url(),
    name: z.string(),
    /** Ed25519, PKCS#8 DER in base64. */
    privateKey: z.string(),
    /** Undefined until the province has answered the enrolment. */
    device: z
      .object({ deviceId: DeviceId, inc: z.int().positive(), officeId: OfficeId })
      .readonly()
      .optional(),
  })
  .readonly();
export type HubIdentity = z.infer<typeof Identity>;
export interface EnrolledIdentity extends HubIdentity {
  readonly device: NonNullable<HubIdentity['device']>;
}

export const isEnrolled = (identity: HubIdentity | undefined): identity is EnrolledIdentity =>
  identity?.device !== undefined;

const pathIn = (dataDir: string): string => join(dataDir, 'hub-identity.json');

/** Undefined before the first enrolment; throws on a file that is damaged: the key in it cannot be made again. */
export async function readIdentity(dataDir: string): Promise<HubIdentity | undefined> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Identity.parse(JSON.parse(text));
}

export const writeIdentity = (dataDir: string, identity: HubIdentity): Promise<void> =>
  writeSecret(pathIn(dataDir), JSON.stringify(identity));

export function freshIdentity(wish: Pick<HubIdentity, 'province' | 'name'>): HubIdentity {
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return { ...wish, privateKey: der.toString('base64') };
}

/** The device key of an identity: its public half as it is enrolled, and proofs by it. */
export function deviceKey({ privateKey }: HubIdentity) {
  const key = createPrivateKey({
    key: Buffer.from(privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    /** SPKI DER in base64. */
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64'),
    /** Ed25519 over a text, base64. */
    prove: (text: string): string => sign(null, utf8(text), key).toString('base64'),
    /** Ed25519 over bytes, hex. */
    sign: (bytes: Uint8Array): string => sign(null, bytes, key).toString('hex'),
  };
}
