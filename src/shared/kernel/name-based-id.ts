import { toHex, utf8, type Sha256 } from './bytes';

/** RFC 9562 version 8 layout over SHA-256 of the name: the same name gives the same id on every node. */
export function nameBasedId(name: string, sha256: Sha256): string {
  const hash = sha256(utf8(name)).slice(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex(hash);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** Has this UUID the layout of `nameBasedId`? Whoever knows the name can foresee it. */
export const isNameBased = (uuid: string): boolean => uuid[14] === '8';
