import type { Handle, PKCS11 } from 'pkcs11js';
import { ckrOf } from './ckr-failures';
import { ck, tokenFlag } from './pkcs11-constants';
import { readCertificates } from './pkcs11-objects';
import { pinStateOf } from './pin-guard';
import type { SeenToken } from './token-messages';

/** What of pkcs11js the core needs: its one constructor. */
export interface Pkcs11Binding {
  readonly PKCS11: new () => PKCS11;
}

/** pkcs11js is an optional native package: where it could not be built there is no token, and that is a value. */
export async function loadPkcs11Binding(): Promise<Pkcs11Binding | undefined> {
  try {
    const loaded: Pkcs11Binding & { readonly default?: Pkcs11Binding } = await import('pkcs11js');
    return loaded.default ?? loaded;
  } catch {
    return undefined;
  }
}

/** Loads and initialises a driver; undefined when it cannot be loaded. Throws a CK_RV of C_Initialize. */
export function openLibrary(binding: Pkcs11Binding, modulePath: string): PKCS11 | undefined {
  const library = new binding.PKCS11();
  try {
    library.load(modulePath);
  } catch {
    return undefined;
  }
  library.C_Initialize();
  return library;
}

/** Many drivers freeze their slot list when they are initialised (K-3). Ends every session. */
export function reinitialise(library: PKCS11): void {
  library.C_Finalize();
  library.C_Initialize();
}

export interface SlotToken {
  readonly slot: Handle;
  readonly token: Omit<SeenToken, 'certificates'>;
}

/** The tokens that are there now, without login. */
export function readTokens(library: PKCS11): readonly SlotToken[] {
  return readEach(library.C_GetSlotList(true), (slot) => {
    const info = library.C_GetTokenInfo(slot);
    const serial = info.serialNumber.replaceAll('\0', '').trim();
    // A blank token has no name yet and cannot be told from its neighbours.
    if ((info.flags & tokenFlag.tokenInitialized) === 0 && serial === '') return undefined;
    const token = {
      label: info.label.replaceAll('\0', '').trim(),
      serial,
      pin: pinStateOf(info.flags),
      pinLength: { min: info.minPinLen, max: info.maxPinLen },
      typesPinOnDevice: (info.flags & tokenFlag.protectedAuthenticationPath) !== 0,
    };
    return { slot, token };
  });
}

/** The tokens with the certificates that they show to anybody (K-5). */
export function withCertificates(
  library: PKCS11,
  tokens: readonly SlotToken[],
): readonly SeenToken[] {
  return readEach(tokens, ({ slot, token }) => {
    const session = library.C_OpenSession(slot, ck.CKF_SERIAL_SESSION);
    try {
      const certificates = readCertificates(library, session).map(({ der }) => der);
      return { ...token, certificates };
    } finally {
      library.C_CloseSession(session);
    }
  });
}

/**
 * Reads what can be read: a token that goes away meanwhile is left out, and a foreign card in another reader does not
 * hide its neighbours. Throws the first trouble when there is nothing else to show.
 */
function readEach<T, R>(items: readonly T[], read: (item: T) => R | undefined): readonly R[] {
  const results: R[] = [];
  let trouble: unknown;
  for (const item of items) {
    try {
      const result = read(item);
      if (result !== undefined) results.push(result);
    } catch (cause) {
      const ckr = ckrOf(cause);
      if (ckr === undefined) throw cause;
      if (!GONE.has(ckr)) trouble ??= cause;
    }
  }
  if (results.length === 0 && trouble !== undefined) throw trouble;
  return results;
}

/** CKR_DEVICE_REMOVED, CKR_SESSION_HANDLE_INVALID, CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED. */
const GONE = new Set([0x32, 0xb3, 0xe0, 0xe1]);
