import type { DriverTrouble } from '@shared/ipc/device-check';
import type { Redacted } from '@shared/kernel/redacted';
import type { Result } from '@shared/kernel/result';
import type { SigningHash } from '@shared/pades/cms/build';

/** What a token says about its PIN before anyone types it (PKCS#11 v2.40 §3.4, CK_TOKEN_INFO; K-7). */
export type PinState = 'ok' | 'countLow' | 'finalTry' | 'locked' | 'toBeChanged' | 'notInitialised';

/** A certificate on a token, listed without any login (K-5); a private key of the same CKA_ID may be there. */
export interface TokenCertificate {
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly thumbprint: string;
  readonly der: Uint8Array;
  /** DER of the other certificates on the same token: issuers to be embedded. */
  readonly others: readonly Uint8Array[];
  readonly token: TokenDescription;
}

export interface TokenDescription {
  /** Which driver sees it: a key of the module table. */
  readonly moduleId: string;
  /** CK_TOKEN_INFO label, trimmed. */
  readonly label: string;
  readonly serial: string;
  readonly pin: PinState;
  /** Failures counted by this program since the last success, for drivers that never set the flags (K-7). */
  readonly failedLogins: number;
  readonly pinLength: { readonly min: number; readonly max: number };
  /** The PIN is typed on the reader: CKF_PROTECTED_AUTHENTICATION_PATH (K-13). */
  readonly typesPinOnDevice: boolean;
}

/** What the drivers of this machine show now. */
export interface TokenListing {
  readonly certificates: readonly TokenCertificate[];
  /** Tokens without a usable certificate are listed too: an empty or foreign token is named, not hidden. */
  readonly tokens: readonly TokenDescription[];
  /** Every driver of this machine that may be loaded, with a token or without. */
  readonly modules: readonly string[];
  /** Drivers that could not be used, with the reason; the others still answer. */
  readonly troubles: readonly { readonly moduleId: string; readonly failure: TokenFailure }[];
}

export type TokenFailure =
  | { readonly code: 'token.no-driver' }
  | {
      readonly code: 'token.driver-unusable';
      readonly moduleId: string;
      /** What its file says of it; undefined when it fits and fails to load all the same. */
      readonly why?: DriverTrouble;
    }
  | { readonly code: 'token.driver-crashed'; readonly moduleId: string }
  | { readonly code: 'token.driver-silent'; readonly moduleId: string }
  /** Not answered yet, within its limit: ask again (O-3). */
  | { readonly code: 'token.driver-late'; readonly moduleId: string }
  | { readonly code: 'token.not-present' }
  | { readonly code: 'token.removed' }
  | { readonly code: 'token.certificate-changed' }
  | { readonly code: 'token.key-missing' }
  | { readonly code: 'token.mechanism-missing' }
  | { readonly code: 'token.busy' }
  | { readonly code: 'token.pin-unusable' }
  | { readonly code: 'token.pin-wrong'; readonly pin: PinState }
  | { readonly code: 'token.pin-locked' }
  | { readonly code: 'token.pin-to-be-changed' }
  | { readonly code: 'token.cancelled' }
  /** The driver died or fell silent inside C_Sign: whether it signed is not known. */
  | { readonly code: 'token.result-unknown'; readonly moduleId: string }
  /** The token's answer does not fit the certificate's key (K-14); nothing may be written. */
  | { readonly code: 'token.signature-wrong' }
  /** The session ended before this call: its time was over, it was closed, or an earlier call failed (K-11). */
  | { readonly code: 'token.session-over' }
  /** Of software keys alone: what their file, its password or their own PIN came to. */
  | {
      readonly code:
        | 'softwareKey.file-unusable'
        | 'softwareKey.password-wrong'
        | 'softwareKey.key-missing'
        | 'softwareKey.several-keys'
        | 'softwareKey.key-weak'
        | 'softwareKey.paused';
    }
  /** `ckr` is a standard name or a hexadecimal value. */
  | { readonly code: 'token.unknown'; readonly ckr: string };

/**
 * Cryptographic tokens that keep their private keys to themselves.
 *
 * Adapter: `pkcs11-token.ts` over one process a vendor driver. Every call has a time limit.
 */
export interface TokenPort {
  /**
   * Never logs in. `soon` is for what is shown and asked for again and again: a driver that takes longer than a second is
   * told as it last answered, or as late (O-3).
   */
  readonly list: (when?: 'whole' | 'soon') => Promise<TokenListing>;
  /**
   * One login; the PIN crosses once and is wiped. Exactly one C_Login(CKU_USER) a call, never repeated by itself (K-8).
   * A PIN that cannot be right never reaches the token (K-9). The certificate is read again and compared before the login
   * (K-5). Only one session over all tokens at a time (K-11): another call answers `token.busy`.
   */
  readonly openSession: (
    thumbprint: string,
    pin: Redacted<Uint8Array> | 'onDevice',
  ) => Promise<Result<TokenSession, TokenFailure>>;
  /** Ends every driver process. */
  readonly stop: () => Promise<void>;
}

export interface TokenSession {
  /**
   * Any failure ends the session: the next signature needs a new login, which is the user's decision (K-8).
   *
   * @param data DER of the CMS signed attributes; hashed or padded by the token process as its mechanism needs (K-14).
   * @returns the signature value: PKCS#1 v1.5 for RSA, DER for ECDSA; already verified against the certificate's key.
   */
  readonly sign: (
    data: Uint8Array,
    hash: SigningHash,
  ) => Promise<Result<Uint8Array<ArrayBuffer>, TokenFailure>>;
  /** C_Logout; harmless when the session is over already. */
  readonly close: () => Promise<void>;
}
