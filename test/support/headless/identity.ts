import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { User } from '@shared/domain/organ/user';
import { Office } from '@shared/domain/organ/organ';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { DeviceId } from '@shared/kernel/ids';
import { ChallengeReply, EnrolReply, proofText, SessionReply } from '@shared/protocol/session';
import { createDeviceKey } from '../../../src/main/features/session/device-store';
import { createOperationKey } from '../../../src/main/features/session/user-vault';
import { readIfThere, writeDurably } from '../../../src/main/platform/durable-file';
import type { ServerClient } from '../../../src/main/platform/server-client';

const StoredIdentity = z.object({
  deviceId: DeviceId,
  inc: z.int(),
  ticket: z.string(),
  timeline: z.string(),
  serverTime: z.number(),
  office: Office,
  user: User,
  /** PKCS#8 DER, base64. */
  deviceKey: z.string(),
  userKey: z.string(),
});
type StoredIdentity = z.infer<typeof StoredIdentity>;

/** Who a headless workstation is, with its keys in the open: it is a test's. */
export interface Identity extends StoredIdentity {
  readonly signAsDevice: (bytes: Uint8Array) => Uint8Array;
  readonly signAsUser: (bytes: Uint8Array) => Uint8Array;
}

const pathIn = (folder: string): string => join(folder, 'identity.json');
const pkcs8 = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const signer = (der: string): ((bytes: Uint8Array) => Uint8Array) => {
  const key = createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'pkcs8' });
  return (bytes) => sign(null, bytes, key);
};

const withSigners = (stored: StoredIdentity): Identity => ({
  ...stored,
  signAsDevice: signer(stored.deviceKey),
  signAsUser: signer(stored.userKey),
});

export async function readIdentity(folder: string): Promise<Identity | undefined> {
  const bytes = await readIfThere(pathIn(folder));
  return bytes && withSigners(StoredIdentity.parse(JSON.parse(fromUtf8(bytes))));
}

export interface Enrolling {
  readonly folder: string;
  readonly client: ServerClient;
  readonly code: string;
  readonly login: string;
  readonly password: string;
}

/** Enrols a device and signs its person in, by the product's own messages; throws when the server refuses. */
export async function enrolIdentity(enrolling: Enrolling): Promise<Identity> {
  const { folder, client, login, password } = enrolling;
  const deviceKey = createDeviceKey();
  const userKey = createOperationKey();
  const post = async <T extends z.ZodType>(path: string, body: unknown, answer: T) => {
    const reply = await client.call({ method: 'POST', path, body, answer });
    if (!reply.ok) throw new Error(`${path}: ${reply.error.code}`);
    return reply.value;
  };
  const { publicKey: devicePublicKey } = deviceKey;
  const device = await post(
    '/devices/enrol',
    { code: enrolling.code, deviceName: 'Máy thử', devicePublicKey },
    EnrolReply,
  );
  const { deviceId } = device;
  const { nonce } = await post('/session/challenge', { deviceId }, ChallengeReply);
  const proof = signer(pkcs8(deviceKey.privateKey))(utf8(proofText('password', nonce, login)));
  const deviceProof = Buffer.from(proof).toString('base64');
  const session = await post(
    '/session/password',
    { deviceId, nonce, deviceProof, login, password, opPublicKey: userKey.publicKey },
    SessionReply,
  );
  const { inc, ticket, timeline, serverTime, office } = device;
  const stored: StoredIdentity = {
    deviceId,
    inc,
    ticket,
    timeline,
    serverTime,
    office,
    user: session.user,
    deviceKey: pkcs8(deviceKey.privateKey),
    userKey: pkcs8(userKey.privateKey),
  };
  await mkdir(folder, { recursive: true });
  await writeDurably(pathIn(folder), utf8(JSON.stringify(stored)));
  return withSigners(stored);
}
