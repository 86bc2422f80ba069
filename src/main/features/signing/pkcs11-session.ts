import type { Handle, PKCS11 } from 'pkcs11js';
import { err, ok, type Result } from '@shared/kernel/result';
import type { SigningHash } from '@shared/pades/cms/build';
import { ckrOf, failureOfCkr } from './ckr-failures';
import { ck } from './pkcs11-constants';
import { canBePin, pinStateOf } from './pin-guard';
import type { SlotToken } from './pkcs11-library';
import { chooseSigningWay } from './pkcs11-mechanism';
import { findPrivateKey, readCertificates, type StoredCertificate } from './pkcs11-objects';
import type { DriverFailure } from './token-messages';

/** Longest value: RSA-8192. */
const MAX_SIGNATURE_BYTES = 1024;

/** A logged-in session for one certificate's key. After a failure of `sign` it is closed already. */
export interface DriverSession {
  readonly sign: (data: Uint8Array, hash: SigningHash) => Result<Uint8Array, DriverFailure>;
  readonly close: () => void;
}

export interface OpenRequest {
  readonly thumbprint: string;
  /** The caller wipes it after the call; what outlives it is a copy that the session wipes. */
  readonly pin: Uint8Array | 'onDevice';
}

/** Logs in, at most once (K-8), and only where the PIN can be right and the certificate is still the chosen one. */
export function openDriverSession(
  library: PKCS11,
  { slot, token }: SlotToken,
  { thumbprint, pin }: OpenRequest,
): Result<DriverSession, DriverFailure> {
  if (token.pin === 'locked') return err({ code: 'token.pin-locked' });
  if (token.pin === 'toBeChanged' || token.pin === 'notInitialised') {
    return err({ code: 'token.pin-to-be-changed' });
  }
  const isUsable = pin === 'onDevice' || canBePin(pin, token.pinLength);
  if ((pin === 'onDevice') !== token.typesPinOnDevice || !isUsable) {
    return err({ code: 'token.pin-unusable' });
  }
  const session = library.C_OpenSession(slot, ck.CKF_SERIAL_SESSION);
  try {
    // K-5: the bytes are read again; a token swapped since the choice gets no PIN.
    const certificate = readCertificates(library, session).find(
      (stored) => stored.thumbprint === thumbprint,
    );
    if (!certificate) return giveUp(library, session, { code: 'token.certificate-changed' });
    logIn(library, { session, user: ck.CKU_USER, pin });
    return startSession(library, { slot, session, certificate, pin });
  } catch (cause) {
    return giveUp(library, session, toFailure(library, slot, cause));
  }
}

interface LoggedIn {
  readonly slot: Handle;
  readonly session: Handle;
  readonly certificate: StoredCertificate;
  readonly pin: Uint8Array | 'onDevice';
}

function startSession(
  library: PKCS11,
  { slot, session, certificate, pin }: LoggedIn,
): Result<DriverSession, DriverFailure> {
  const found = findPrivateKey(library, session, certificate.id);
  if (!found) return giveUp(library, session, { code: 'token.key-missing' });
  const { key, asksEachTime } = found;
  const offered = new Set(library.C_GetMechanismList(slot));
  const heldPin = asksEachTime && pin !== 'onDevice' ? pin.slice() : undefined;

  const close = (): void => {
    heldPin?.fill(0);
    endSession(library, session);
  };
  const sign: DriverSession['sign'] = (data, hash) => {
    const way = chooseSigningWay(certificate.der, offered, { data, hash });
    if (!way) {
      close();
      return err({ code: 'token.mechanism-missing' });
    }
    try {
      // K-12: nothing may come between these three.
      library.C_SignInit(session, { mechanism: way.mechanism }, key);
      if (asksEachTime) {
        logIn(library, { session, user: ck.CKU_CONTEXT_SPECIFIC, pin: heldPin ?? 'onDevice' });
      }
      const raw = library.C_Sign(
        session,
        Buffer.from(way.input),
        Buffer.alloc(MAX_SIGNATURE_BYTES),
      );
      return ok(way.toValue(new Uint8Array(raw)));
    } catch (cause) {
      const failure = toFailure(library, slot, cause);
      close();
      return err(failure);
    }
  };
  return ok({ sign, close });
}

/**
 * pkcs11js 2.1 takes the PIN as a string alone, so one exists for the time of this call, in this process, where it is read
 * nowhere else. It cannot pass NULL either: a PIN typed on the device is asked for by an empty one (ulPinLen 0).
 */
function logIn(
  library: PKCS11,
  request: {
    readonly session: Handle;
    readonly user: number;
    readonly pin: Uint8Array | 'onDevice';
  },
): void {
  const { session, user, pin } = request;
  if (pin === 'onDevice') {
    library.C_Login(session, user, '');
    return;
  }
  const view = Buffer.from(pin.buffer, pin.byteOffset, pin.byteLength);
  library.C_Login(session, user, view.toString('latin1'));
}

function giveUp(
  library: PKCS11,
  session: Handle,
  failure: DriverFailure,
): Result<never, DriverFailure> {
  endSession(library, session);
  return err(failure);
}

/** C_Logout and C_CloseSession; a token that is gone has ended both by itself. */
function endSession(library: PKCS11, session: Handle): void {
  for (const end of [() => library.C_Logout(session), () => library.C_CloseSession(session)]) {
    try {
      end();
    } catch {
      // Nothing is left to end.
    }
  }
}

/** Flags are read again after every failure (K-7). An error that is no CK_RV is a defect and goes on. */
function toFailure(library: PKCS11, slot: Handle, cause: unknown): DriverFailure {
  const ckr = ckrOf(cause);
  if (ckr === undefined) throw cause;
  try {
    return failureOfCkr(ckr, pinStateOf(library.C_GetTokenInfo(slot).flags));
  } catch {
    return failureOfCkr(ckr, 'ok');
  }
}
