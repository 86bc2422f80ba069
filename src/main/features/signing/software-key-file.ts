import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  randomBytes,
  scryptSync,
  type KeyObject,
} from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toHex } from '@shared/kernel/bytes';
import { Thumbprint } from '@shared/domain/signing/signing-certificate';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import { nodePadesPlatform } from './node-pades-platform';
import type { P12Content } from './read-p12';

/** Shortest and longest PIN of a software key: nothing but its length stands against who copies the file. */
export const softwarePinLength = { min: 8, max: 64 } as const;

const Base64 = z.base64();

/**
 * A software key on this workstation: certificates in clear, the key under its PIN (AES-256-GCM, key by scrypt). Of the
 * `.p12` and its password nothing is kept.
 */
const KeyFile = z
  .object({
    version: z.literal(1),
    certificate: Base64,
    others: z.array(Base64),
    salt: Base64,
    nonce: Base64,
    /** PKCS#8, encrypted, with the tag of 16 bytes behind. */
    sealed: Base64,
    /** Wrong PINs since the last right one, counted before the PIN is tried. */
    failures: z.int().nonnegative(),
    /** Instant of the last one, milliseconds; 0 before any. */
    failedAtMs: z.number(),
  })
  .readonly();
export type KeyFile = z.infer<typeof KeyFile>;

/** 128 MiB and about half a second: the price of each guess for who has the file. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const TAG_BYTES = 16;

const FREE_TRIES = 5;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** After five wrong PINs a minute, then twice as long each time, a day at most; the key is never destroyed. */
export const pauseMs = (failures: number): number =>
  failures < FREE_TRIES
    ? 0
    : Math.min(FIRST_PAUSE_MS * 2 ** (failures - FREE_TRIES), LONGEST_PAUSE_MS);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');

export const certificateOf = ({ certificate }: Pick<KeyFile, 'certificate'>): Uint8Array =>
  new Uint8Array(fromBase64(certificate));

export const othersOf = ({ others }: Pick<KeyFile, 'others'>): readonly Uint8Array[] =>
  others.map((one) => new Uint8Array(fromBase64(one)));

/** The key and its certificates as they are kept, under a PIN. */
export function sealKey(content: P12Content, pin: Uint8Array): KeyFile {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const plain = content.key.export({ format: 'der', type: 'pkcs8' });
  const wrapping = scryptSync(pin, salt, 32, SCRYPT);
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce);
  cipher.setAAD(content.certificate);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  plain.fill(0);
  wrapping.fill(0);
  return {
    version: 1,
    certificate: base64(content.certificate),
    others: content.others.map(base64),
    salt: base64(salt),
    nonce: base64(nonce),
    sealed: base64(sealed),
    failures: 0,
    failedAtMs: 0,
  };
}

/** The key; undefined when the PIN is wrong, or the file was changed. */
export function unsealKey(file: KeyFile, pin: Uint8Array): KeyObject | undefined {
  const sealed = fromBase64(file.sealed);
  const wrapping = scryptSync(pin, fromBase64(file.salt), 32, SCRYPT);
  let plain: Buffer | undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapping, fromBase64(file.nonce), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(certificateOf(file));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
    decipher.final();
    return createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  } finally {
    plain?.fill(0);
    wrapping.fill(0);
  }
}

const SUFFIX = '.key.json';

/** The folder of this workstation's software keys, one file each, by thumbprint. */
export function softwareKeyFolder(folder: string) {
  const pathOf = (thumbprint: string): string => join(folder, `${thumbprint}${SUFFIX}`);
  /** What is no key file of ours, or not the one of its name, is not there. */
  const find = async (thumbprint: string): Promise<KeyFile | undefined> => {
    const bytes = await readIfThere(pathOf(thumbprint));
    const parsed = bytes && KeyFile.safeParse(jsonOf(bytes));
    return parsed?.success && thumbprintOf(parsed.data) === thumbprint ? parsed.data : undefined;
  };
  const names = async (): Promise<readonly string[]> =>
    (await readdir(folder).catch(() => [] as string[]))
      .flatMap((name) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : []))
      .filter((name) => Thumbprint.safeParse(name).success)
      .toSorted();
  return {
    names,
    find,
    list: async (): Promise<readonly KeyFile[]> =>
      (await Promise.all((await names()).map(find))).flatMap((file) => file ?? []),
    /** Durable when it resolves. */
    save: (file: KeyFile): Promise<void> =>
      writeDurably(pathOf(thumbprintOf(file)), Buffer.from(JSON.stringify(file))),
    remove: (thumbprint: string): Promise<void> => rm(pathOf(thumbprint), { force: true }),
  };
}

export const thumbprintOf = (file: Pick<KeyFile, 'certificate'>): string =>
  toHex(nodePadesPlatform.digest('SHA-256', certificateOf(file)));

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
