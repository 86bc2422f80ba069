import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  randomBytes,
  scrypt,
  type ScryptOptions,
} from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { readIfThere, writeDurably } from './durable-file';

/** What the operating system offers for keeping keys; Electron's safeStorage in the program. */
export interface SystemKeyring {
  /** False on a Linux without keyring (`basic_text` is no protection, architecture.md §9). */
  readonly isAvailable: () => boolean;
  readonly encrypt: (text: string) => Uint8Array;
  /** Throws when the bytes were wrapped elsewhere. */
  readonly decrypt: (bytes: Uint8Array) => string;
}

/** 64 MiB and about 0.2 s on an office PC (§3.1). */
const SCRYPT: ScryptOptions = { N: 2 ** 16, r: 8, p: 1, maxmem: 160 * 1024 * 1024 };

const KeyFile = z.object({
  version: z.literal(1),
  kind: z.enum(['keyring', 'passphrase']),
  salt: z.base64(),
  /** The root key, wrapped by the system's keyring or by a key from the passphrase. */
  wrapped: z.base64(),
});

export type KeyringState =
  | { readonly kind: 'open'; readonly keys: Keys }
  /** Without a system keyring the root key hangs on a passphrase; `chosen` tells first time from later ones. */
  | { readonly kind: 'needsPassphrase'; readonly chosen: boolean };

/** Keys of one purpose each, all from the root key; the root key itself never leaves this file. */
export interface Keys {
  readonly box: (purpose: KeyPurpose) => Box;
  /** 32 bytes, for formats that seal in frames of their own. */
  readonly key: (purpose: KeyPurpose) => Uint8Array;
}

export type KeyPurpose =
  | 'journal'
  | 'device'
  | 'vault'
  | 'content'
  | 'desk'
  | 'scopes'
  | 'anchor'
  | 'relay'
  | 'backup';

/** Authenticated encryption: AES-256-GCM, a fresh 12-byte nonce in front, the 16-byte tag behind. */
export interface Box {
  readonly seal: (bytes: Uint8Array) => Uint8Array;
  /** Undefined for what this key did not seal. */
  readonly open: (sealed: Uint8Array) => Uint8Array | undefined;
}

export interface KeyringDeps {
  readonly folder: string;
  readonly system: SystemKeyring;
  readonly machineId: string;
}

/** Opens the workstation's keys without asking, where the system keeps them. */
export async function openKeyring(deps: KeyringDeps): Promise<KeyringState> {
  const file = await readKeyFile(deps.folder);
  if (!file) {
    return deps.system.isAvailable()
      ? { kind: 'open', keys: await createWithSystem(deps) }
      : { kind: 'needsPassphrase', chosen: false };
  }
  if (file.kind === 'passphrase') return { kind: 'needsPassphrase', chosen: true };
  const root = Buffer.from(deps.system.decrypt(Buffer.from(file.wrapped, 'base64')), 'base64');
  return { kind: 'open', keys: keysFrom(root, deps.machineId) };
}

/** Chooses the passphrase the first time, checks it later. */
export async function unlockKeyring(
  deps: KeyringDeps,
  passphrase: string,
): Promise<Result<Keys, { readonly code: 'session.wrong-passphrase' }>> {
  const file = await readKeyFile(deps.folder);
  if (!file) {
    const root = randomBytes(32);
    const salt = randomBytes(16);
    const wrapped = createBox(await passwordKey(passphrase, salt)).seal(root);
    await writeKeyFile(deps.folder, { kind: 'passphrase', salt, wrapped });
    return ok(keysFrom(root, deps.machineId));
  }
  const key = await passwordKey(passphrase, Buffer.from(file.salt, 'base64'));
  const root = createBox(key).open(Buffer.from(file.wrapped, 'base64'));
  return root ? ok(keysFrom(root, deps.machineId)) : err({ code: 'session.wrong-passphrase' });
}

/** A 32-byte key from a password, by scrypt over 64 MiB. */
export const passwordKey = (password: string, salt: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, 32, SCRYPT, (cause, key) =>
      cause ? reject(cause) : resolve(key),
    );
  });

export function createBox(key: Uint8Array): Box {
  return {
    seal: (bytes) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed) => {
      if (sealed.length < 28) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(sealed.length - 16));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

function keysFrom(root: Uint8Array, machineId: string): Keys {
  const key = (purpose: KeyPurpose): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', root, machineId, `tram-cong-vu ${purpose}`, 32));
  return { key, box: (purpose) => createBox(key(purpose)) };
}

async function createWithSystem({ folder, system, machineId }: KeyringDeps): Promise<Keys> {
  const root = randomBytes(32);
  const wrapped = system.encrypt(root.toString('base64'));
  await writeKeyFile(folder, { kind: 'keyring', salt: randomBytes(16), wrapped });
  return keysFrom(root, machineId);
}

async function readKeyFile(folder: string): Promise<z.infer<typeof KeyFile> | undefined> {
  const bytes = await readIfThere(join(folder, 'keys.json'));
  return bytes && KeyFile.parse(JSON.parse(fromUtf8(bytes)));
}

async function writeKeyFile(
  folder: string,
  file: {
    readonly kind: 'keyring' | 'passphrase';
    readonly salt: Uint8Array;
    readonly wrapped: Uint8Array;
  },
): Promise<void> {
  const text = JSON.stringify({
    version: 1,
    kind: file.kind,
    salt: Buffer.from(file.salt).toString('base64'),
    wrapped: Buffer.from(file.wrapped).toString('base64'),
  });
  await writeDurably(join(folder, 'keys.json'), utf8(text));
}
