import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { toBase64, utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { CopyChallenge, CopyList, readerText, readerToken } from '@shared/protocol/backup-copy';
import { passwordKey } from '../../platform/keyring';
import type { ServerClient } from '../../platform/server-client';
import type { BackupStore } from './backup-store';
import { hubStore } from './hub-store';

/** PKCS#8 of an Ed25519 seed, up to its 32 bytes (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** A recovery key is 138 random bits: the salt keeps this use apart from others, no more. */
const SALT = utf8('tram-cong-vu nguoi doc ban sao');
/** A nonce lives for two minutes at the hub. */
const TOKEN_MS = 60_000;

/** The key pair by which whoever has this recovery key proves it to a hub (§20). */
async function readerKey(recoveryKey: string) {
  const seed = await passwordKey(recoveryKey, SALT);
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  return { key, publicKey };
}

/** The public half, which a hub may know. */
export const readerOf = async (recoveryKey: string): Promise<string> =>
  (await readerKey(recoveryKey)).publicKey;

type Hub = Pick<ServerClient, 'call' | 'sendBytes' | 'fetchBytes'>;

/** Backups at the hub that this recovery key opens, without a device or a person known there. */
export async function listHubBackups(
  client: Hub,
  recoveryKey: string,
  nowMs: () => number,
): Promise<Result<readonly BackupStore[]>> {
  const { key, publicKey } = await readerKey(recoveryKey);
  let held: { readonly token: string; readonly at: number } | undefined;
  const token = async (): Promise<Result<string>> => {
    if (held && nowMs() - held.at < TOKEN_MS) return ok(held.token);
    const path = '/relay/copies/challenge';
    const asked = await client.call({ method: 'POST', path, answer: CopyChallenge });
    if (!asked.ok) return asked;
    const { nonce } = asked.value;
    const proof = toBase64(sign(null, utf8(readerText(nonce)), key));
    held = { token: readerToken(publicKey, proof, nonce), at: nowMs() };
    return ok(held.token);
  };
  const access = await token();
  if (!access.ok) return access;
  const found = await client.call({
    method: 'GET',
    path: '/relay/copies',
    accessToken: access.value,
    answer: CopyList,
  });
  if (!found.ok) return err(found.error);
  return ok(found.value.copies.map((id) => hubStore({ client, token, id })));
}
