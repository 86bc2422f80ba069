import { concatBytes, equalBytes, fromHex } from '../../kernel/bytes';
import type { PadesPlatform } from '../platform';
import { asInteger, asName, dictOf, isKind, rawEntry, type PdfDict } from './objects';
import { rc4 } from './rc4';

/** Undoes the encryption of one object's string or stream; undefined for data that cannot be such. */
export type Decrypt = (data: Uint8Array, num: number, gen: number) => Uint8Array | undefined;

/** How a file that everybody may open is read (ISO 32000-1 §7.6, ISO 32000-2 §7.6). */
export interface SecurityHandler {
  readonly ofStrings: Decrypt;
  readonly ofStreams: Decrypt;
  readonly encryptsMetadata: boolean;
}

export interface EncryptionGiven {
  readonly platform: PadesPlatform;
  /** The encryption dictionary as written, with references followed by nobody: it must hold none. */
  readonly dict: PdfDict;
  /** First string of the trailer's /ID. */
  readonly id: Uint8Array;
}

/** Table 20's padding, which is what stands for the empty password. */
const PADDING = fromHex('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a');

/**
 * The standard security handler with the empty user password: permissions alone (attack 33, 4.3). Undefined when a
 * password is needed, or the handler is another one.
 */
export function openWithoutPassword(given: EncryptionGiven): SecurityHandler | undefined {
  const { dict } = given;
  const version = asInteger(rawEntry(dict, 'V'));
  const revision = asInteger(rawEntry(dict, 'R'));
  if (asName(rawEntry(dict, 'Filter')) !== 'Standard' || !version || !revision) return undefined;
  const isKnown =
    ((version === 1 || version === 2) && (revision === 2 || revision === 3)) ||
    (version === 4 && revision === 4) ||
    (version === 5 && (revision === 5 || revision === 6));
  if (!isKnown) return undefined;
  const key =
    version === 5 ? keyOfVersion5(given, revision) : keyOfOlder(given, { version, revision });
  if (!key) return undefined;
  const cipher = (use: 'StmF' | 'StrF'): Decrypt | undefined => {
    const method = version < 4 ? 'V2' : methodOf(dict, asName(rawEntry(dict, use)));
    return method && decryptWith(given.platform, key, method);
  };
  const [ofStreams, ofStrings] = [cipher('StmF'), cipher('StrF')];
  const encryptsMetadata = rawEntry(dict, 'EncryptMetadata') !== false;
  return ofStreams && ofStrings && { ofStreams, ofStrings, encryptsMetadata };
}

type Method = 'None' | 'V2' | 'AESV2' | 'AESV3';
const methods: readonly Method[] = ['None', 'V2', 'AESV2', 'AESV3'];

/** ISO 32000-1 §7.6.5, table 25. */
function methodOf(dict: PdfDict, filter = 'Identity'): Method | undefined {
  if (filter === 'Identity') return 'None';
  const written = asName(rawEntry(dictOf(rawEntry(dictOf(rawEntry(dict, 'CF')), filter)), 'CFM'));
  const method = methods.find((one) => one === (written ?? 'None'));
  const isOfVersion5 = asInteger(rawEntry(dict, 'V')) === 5;
  return method === 'AESV3' || method === 'None'
    ? method
    : // A short method beside a long key, or the other way round, is nobody's file.
      isOfVersion5
      ? undefined
      : method;
}

/** Algorithm 1 and 1.A. */
function decryptWith(platform: PadesPlatform, key: Uint8Array, method: Method): Decrypt {
  if (method === 'None') return (data) => data;
  if (method === 'AESV3') return (data) => decryptAes(platform, key, data);
  const salt = method === 'AESV2' ? fromHex('73416c54') : new Uint8Array(0);
  return (data, num, gen) => {
    const place = Uint8Array.of(num, num >> 8, num >> 16, gen, gen >> 8);
    const own = platform
      .digest('MD5', concatBytes(key, place, salt))
      .subarray(0, Math.min(key.length + 5, 16));
    return method === 'AESV2' ? decryptAes(platform, own, data) : rc4(own, data);
  };
}

/** The first block is the initialisation vector; what is behind the last byte that counts says its own length. */
function decryptAes(
  platform: PadesPlatform,
  key: Uint8Array,
  data: Uint8Array,
): Uint8Array | undefined {
  if (data.length === 0) return data;
  if (data.length < 32 || data.length % 16 !== 0) return undefined;
  const plain = platform.aesCbc('decrypt', {
    key,
    iv: data.subarray(0, 16),
    data: data.subarray(16),
  });
  const pad = plain.at(-1) ?? 0;
  return pad >= 1 && pad <= 16 ? plain.subarray(0, plain.length - pad) : plain;
}

/** Algorithms 2, 4 and 5: the key, when the empty password is the user's. */
function keyOfOlder(
  { platform, dict, id }: EncryptionGiven,
  { version, revision }: { readonly version: number; readonly revision: number },
): Uint8Array | undefined {
  const md5 = (...parts: readonly Uint8Array[]) => platform.digest('MD5', concatBytes(...parts));
  const [owner, user] = [stringOf(dict, 'O'), stringOf(dict, 'U')];
  const permissions = asInteger(rawEntry(dict, 'P'));
  if (owner?.length !== 32 || user?.length !== 32 || permissions === undefined) return undefined;
  const bits =
    version === 1 ? 40 : version === 4 ? 128 : (asInteger(rawEntry(dict, 'Length')) ?? 40);
  if (bits < 40 || bits > 128 || bits % 8 !== 0) return undefined;
  const length = bits / 8;
  const flags = Uint8Array.of(permissions, permissions >> 8, permissions >> 16, permissions >> 24);
  const isPlainMetadata = revision >= 4 && rawEntry(dict, 'EncryptMetadata') === false;
  const mark = isPlainMetadata ? fromHex('ffffffff') : new Uint8Array(0);
  let key = md5(PADDING, owner, flags, id, mark).subarray(0, length);
  if (revision === 2) return equalBytes(rc4(key, PADDING), user) ? key : undefined;
  for (let round = 0; round < 50; round++) key = md5(key).subarray(0, length);
  let check = md5(PADDING, id);
  for (let round = 0; round < 20; round++) {
    check = rc4(
      key.map((byte) => byte ^ round),
      check,
    );
  }
  return equalBytes(check, user.subarray(0, 16)) ? key : undefined;
}

/** Algorithm 2.A: /U holds hash (32), validation salt (8) and key salt (8). */
function keyOfVersion5(
  { platform, dict }: EncryptionGiven,
  revision: number,
): Uint8Array | undefined {
  const [user, sealed] = [stringOf(dict, 'U'), stringOf(dict, 'UE')];
  if (!user || user.length < 48 || sealed?.length !== 32) return undefined;
  const hash = (salt: Uint8Array) =>
    revision === 5 ? platform.digest('SHA-256', salt) : hardened(platform, salt);
  if (!equalBytes(hash(user.subarray(32, 40)), user.subarray(0, 32))) return undefined;
  return platform.aesCbc('decrypt', {
    key: hash(user.subarray(40, 48)),
    iv: new Uint8Array(16),
    data: sealed,
  });
}

/** Algorithm 2.B (ISO 32000-2 §7.6.4.3.4) for the empty password. */
function hardened(platform: PadesPlatform, salt: Uint8Array): Uint8Array {
  const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const;
  let key = platform.digest('SHA-256', salt);
  for (let round = 0; ; round++) {
    const data = new Uint8Array(key.length * 64);
    for (let i = 0; i < 64; i++) data.set(key, i * key.length);
    const mixed = platform.aesCbc('encrypt', {
      key: key.subarray(0, 16),
      iv: key.subarray(16, 32),
      data,
    });
    const sum = mixed.subarray(0, 16).reduce((total, byte) => total + byte, 0);
    key = platform.digest(hashes[sum % 3] ?? 'SHA-256', mixed);
    // A byte is at most 255: this ends.
    if (round >= 63 && (mixed.at(-1) ?? 0) <= round - 31) return key.subarray(0, 32);
  }
}

function stringOf(dict: PdfDict, key: string): Uint8Array | undefined {
  const value = rawEntry(dict, key);
  return isKind(value, 'string') ? value.bytes : undefined;
}
