import type { DriverFailure } from './token-messages';
import type { PinState } from './token-port';

type Code = DriverFailure['code'];

const unknown: Code = 'token.unknown';
const driver: Code = 'token.driver-unusable';
const removed: Code = 'token.removed';
const mechanism: Code = 'token.mechanism-missing';
const key: Code = 'token.key-missing';
const over: Code = 'token.session-over';
const cancelled: Code = 'token.cancelled';

/**
 * What each return value of PKCS#11 v2.40 (§5.1, pkcs11t.h) means to a person who signs (K-16). `token.unknown` is named
 * with the constant: support must see it, the person can do nothing special about it.
 */
export const ckrFailures: Readonly<Record<string, readonly [value: number, code: Code]>> = {
  CKR_CANCEL: [0x1, cancelled],
  CKR_HOST_MEMORY: [0x2, unknown],
  CKR_SLOT_ID_INVALID: [0x3, 'token.not-present'],
  CKR_GENERAL_ERROR: [0x5, unknown],
  CKR_FUNCTION_FAILED: [0x6, unknown],
  CKR_ARGUMENTS_BAD: [0x7, unknown],
  CKR_NO_EVENT: [0x8, unknown],
  CKR_NEED_TO_CREATE_THREADS: [0x9, driver],
  CKR_CANT_LOCK: [0xa, driver],
  CKR_ATTRIBUTE_READ_ONLY: [0x10, unknown],
  CKR_ATTRIBUTE_SENSITIVE: [0x11, unknown],
  CKR_ATTRIBUTE_TYPE_INVALID: [0x12, unknown],
  CKR_ATTRIBUTE_VALUE_INVALID: [0x13, unknown],
  CKR_COPY_PROHIBITED: [0x1a, unknown],
  CKR_ACTION_PROHIBITED: [0x1b, key],
  CKR_DATA_INVALID: [0x20, unknown],
  CKR_DATA_LEN_RANGE: [0x21, mechanism],
  CKR_DEVICE_ERROR: [0x30, unknown],
  CKR_DEVICE_MEMORY: [0x31, unknown],
  CKR_DEVICE_REMOVED: [0x32, removed],
  CKR_ENCRYPTED_DATA_INVALID: [0x40, unknown],
  CKR_ENCRYPTED_DATA_LEN_RANGE: [0x41, unknown],
  CKR_FUNCTION_CANCELED: [0x50, cancelled],
  CKR_FUNCTION_NOT_PARALLEL: [0x51, unknown],
  CKR_FUNCTION_NOT_SUPPORTED: [0x54, driver],
  CKR_KEY_HANDLE_INVALID: [0x60, key],
  CKR_KEY_SIZE_RANGE: [0x62, mechanism],
  CKR_KEY_TYPE_INCONSISTENT: [0x63, mechanism],
  CKR_KEY_NOT_NEEDED: [0x64, unknown],
  CKR_KEY_CHANGED: [0x65, key],
  CKR_KEY_NEEDED: [0x66, unknown],
  CKR_KEY_INDIGESTIBLE: [0x67, unknown],
  CKR_KEY_FUNCTION_NOT_PERMITTED: [0x68, key],
  CKR_KEY_NOT_WRAPPABLE: [0x69, unknown],
  CKR_KEY_UNEXTRACTABLE: [0x6a, unknown],
  CKR_MECHANISM_INVALID: [0x70, mechanism],
  CKR_MECHANISM_PARAM_INVALID: [0x71, mechanism],
  CKR_OBJECT_HANDLE_INVALID: [0x82, key],
  CKR_OPERATION_ACTIVE: [0x90, unknown],
  CKR_OPERATION_NOT_INITIALIZED: [0x91, unknown],
  CKR_PIN_INCORRECT: [0xa0, 'token.pin-wrong'],
  CKR_PIN_INVALID: [0xa1, 'token.pin-wrong'],
  CKR_PIN_LEN_RANGE: [0xa2, 'token.pin-wrong'],
  CKR_PIN_EXPIRED: [0xa3, 'token.pin-to-be-changed'],
  CKR_PIN_LOCKED: [0xa4, 'token.pin-locked'],
  CKR_SESSION_CLOSED: [0xb0, removed],
  CKR_SESSION_COUNT: [0xb1, 'token.busy'],
  CKR_SESSION_HANDLE_INVALID: [0xb3, removed],
  CKR_SESSION_PARALLEL_NOT_SUPPORTED: [0xb4, driver],
  CKR_SESSION_READ_ONLY: [0xb5, unknown],
  CKR_SESSION_EXISTS: [0xb6, 'token.busy'],
  CKR_SESSION_READ_ONLY_EXISTS: [0xb7, 'token.busy'],
  CKR_SESSION_READ_WRITE_SO_EXISTS: [0xb8, 'token.busy'],
  CKR_SIGNATURE_INVALID: [0xc0, unknown],
  CKR_SIGNATURE_LEN_RANGE: [0xc1, unknown],
  CKR_TEMPLATE_INCOMPLETE: [0xd0, unknown],
  CKR_TEMPLATE_INCONSISTENT: [0xd1, unknown],
  CKR_TOKEN_NOT_PRESENT: [0xe0, 'token.not-present'],
  CKR_TOKEN_NOT_RECOGNIZED: [0xe1, 'token.not-present'],
  CKR_TOKEN_WRITE_PROTECTED: [0xe2, unknown],
  CKR_UNWRAPPING_KEY_HANDLE_INVALID: [0xf0, unknown],
  CKR_UNWRAPPING_KEY_SIZE_RANGE: [0xf1, unknown],
  CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT: [0xf2, unknown],
  CKR_USER_ALREADY_LOGGED_IN: [0x100, 'token.busy'],
  CKR_USER_NOT_LOGGED_IN: [0x101, over],
  CKR_USER_PIN_NOT_INITIALIZED: [0x102, 'token.pin-to-be-changed'],
  CKR_USER_TYPE_INVALID: [0x103, unknown],
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: [0x104, 'token.busy'],
  CKR_USER_TOO_MANY_TYPES: [0x105, 'token.busy'],
  CKR_WRAPPED_KEY_INVALID: [0x110, unknown],
  CKR_WRAPPED_KEY_LEN_RANGE: [0x112, unknown],
  CKR_WRAPPING_KEY_HANDLE_INVALID: [0x113, unknown],
  CKR_WRAPPING_KEY_SIZE_RANGE: [0x114, unknown],
  CKR_WRAPPING_KEY_TYPE_INCONSISTENT: [0x115, unknown],
  CKR_RANDOM_SEED_NOT_SUPPORTED: [0x120, unknown],
  CKR_RANDOM_NO_RNG: [0x121, unknown],
  CKR_DOMAIN_PARAMS_INVALID: [0x130, unknown],
  CKR_CURVE_NOT_SUPPORTED: [0x140, mechanism],
  CKR_BUFFER_TOO_SMALL: [0x150, unknown],
  CKR_SAVED_STATE_INVALID: [0x160, unknown],
  CKR_INFORMATION_SENSITIVE: [0x170, unknown],
  CKR_STATE_UNSAVEABLE: [0x180, unknown],
  CKR_CRYPTOKI_NOT_INITIALIZED: [0x190, driver],
  CKR_CRYPTOKI_ALREADY_INITIALIZED: [0x191, driver],
  CKR_MUTEX_BAD: [0x1a0, driver],
  CKR_MUTEX_NOT_LOCKED: [0x1a1, driver],
  CKR_NEW_PIN_MODE: [0x1b0, unknown],
  CKR_NEXT_OTP: [0x1b1, unknown],
  CKR_EXCEEDED_MAX_ITERATIONS: [0x1b5, unknown],
  CKR_FIPS_SELF_TEST_FAILED: [0x1b6, driver],
  CKR_LIBRARY_LOAD_FAILED: [0x1b7, driver],
  CKR_PIN_TOO_WEAK: [0x1b8, unknown],
  CKR_PUBLIC_KEY_INVALID: [0x1b9, unknown],
  CKR_FUNCTION_REJECTED: [0x200, cancelled],
  CKR_VENDOR_DEFINED: [0x8000_0000, unknown],
};

const byValue = new Map(
  Object.entries(ckrFailures).map(([name, [value, code]]) => [value, { name, code }]),
);

/** @param pin what the token says of its PIN after the call; told with a wrong PIN */
export function failureOfCkr(ckr: number, pin: PinState): DriverFailure {
  const entry = byValue.get(ckr);
  if (!entry) return { code: 'token.unknown', ckr: `0x${ckr.toString(16).padStart(8, '0')}` };
  const { name, code } = entry;
  if (code === 'token.unknown') return { code, ckr: name };
  if (code === 'token.driver-unusable') return { code };
  if (code !== 'token.pin-wrong') return { code };
  // A PIN that was wrong once too often is first of all locked.
  return pin === 'locked' ? { code: 'token.pin-locked' } : { code, pin };
}

/** The CK_RV of what pkcs11js throws, in any of its wrappings; undefined for other errors. */
export function ckrOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error)) return undefined;
  const inMessage = /CKR_[A-Z0-9_]+:(\d+)/.exec(cause.message)?.[1];
  if (inMessage !== undefined) return Number(inMessage);
  const { code } = cause as { readonly code?: unknown };
  return cause.message.startsWith('CKR_') && typeof code === 'number' ? code : undefined;
}
