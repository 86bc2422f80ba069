import { toHex, utf8, type Sha256 } from '../kernel/bytes';

/** Where the hub of an office answers, and the one certificate that it is believed by (§20). */
export interface HubAddress {
  /** `https://host:port`. */
  readonly address: string;
  /** SHA-256 of the certificate's DER, lower-case hexadecimal. */
  readonly fingerprint: string;
}

export type HubCodeReading =
  | { readonly state: 'whole'; readonly hub: HubAddress }
  /** No code of a hub at all. */
  | { readonly state: 'unknown' }
  | { readonly state: 'incomplete' }
  | { readonly state: 'mistyped' };

const PREFIX = 'tcv-hub:';
const FINGERPRINT_DIGITS = 64;
const CHECK_DIGITS = 8;

/**
 * "Mã kết nối trạm": one text to paste or to type, `tcv-hub:https://192.168.1.10:8788#` and 72 hexadecimal digits: the
 * certificate's fingerprint, then a check over it and the address.
 */
export const hubCode = ({ address, fingerprint }: HubAddress, sha256: Sha256): string =>
  `${PREFIX}${address}#${groupsOf((fingerprint + checkOf({ address, fingerprint }, sha256)).toUpperCase())}`;

/** Reads what a person pasted or typed: letter case, spaces and hyphens of the digits do not matter. */
export function readHubCode(typed: string, sha256: Sha256): HubCodeReading {
  const [head = '', tail, ...more] = typed.replace(/\s/g, '').toLowerCase().split('#');
  const address = head.startsWith(PREFIX) ? addressOf(head.slice(PREFIX.length)) : undefined;
  if (address === undefined || more.length > 0) return { state: 'unknown' };
  const digits = (tail ?? '').replace(/-/g, '');
  if (!/^[0-9a-f]*$/.test(digits)) return { state: 'mistyped' };
  if (digits.length < FINGERPRINT_DIGITS + CHECK_DIGITS) return { state: 'incomplete' };
  const hub = { address, fingerprint: digits.slice(0, FINGERPRINT_DIGITS) };
  return digits.slice(FINGERPRINT_DIGITS) === checkOf(hub, sha256)
    ? { state: 'whole', hub }
    : { state: 'mistyped' };
}

const checkOf = ({ address, fingerprint }: HubAddress, sha256: Sha256): string =>
  toHex(sha256(utf8(`${PREFIX}${address}#${fingerprint}`))).slice(0, CHECK_DIGITS);

/** `https` alone, with nothing behind the port. */
const addressOf = (text: string): string | undefined =>
  /^https:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}\/?$/.test(text)
    ? text.replace(/\/$/, '')
    : undefined;

const groupsOf = (digits: string): string => (digits.match(/.{1,8}/g) ?? []).join('-');
