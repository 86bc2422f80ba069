import type { PKCS11 } from 'pkcs11js';
import { ckrOf, failureOfCkr } from './ckr-failures';
import {
  openLibrary,
  readTokens,
  reinitialise,
  withCertificates,
  type Pkcs11Binding,
  type SlotToken,
} from './pkcs11-library';
import { openDriverSession, type DriverSession } from './pkcs11-session';
import type { DriverReply, TokenDriver } from './serve-token-requests';
import type { DriverFailure, TokenRequest } from './token-messages';

export interface Pkcs11DriverDeps {
  readonly modulePath: string;
  readonly loadBinding: () => Promise<Pkcs11Binding | undefined>;
}

const CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;

const failed = (failure: DriverFailure): DriverReply => ({ answer: 'failed', failure });

/** One vendor driver in its own process: loaded at the first request, with at most one session. Its calls block. */
export function createPkcs11Driver({ modulePath, loadBinding }: Pkcs11DriverDeps): TokenDriver {
  let library: PKCS11 | undefined;
  let session: DriverSession | undefined;

  function endSession(): void {
    session?.close();
    session = undefined;
  }

  function list(loaded: PKCS11): DriverReply {
    const tokens = look(loaded, (all) => all.length > 0);
    return { answer: 'listed', tokens: [...withCertificates(loaded, tokens)] };
  }

  /** Looks twice where it may: a frozen slot list shows a new token only after a fresh start (K-3). */
  function look(
    loaded: PKCS11,
    isEnough: (tokens: readonly SlotToken[]) => boolean,
  ): readonly SlotToken[] {
    const tokens = readTokens(loaded);
    if (isEnough(tokens) || session) return tokens;
    reinitialise(loaded);
    return readTokens(loaded);
  }

  function open(loaded: PKCS11, request: Extract<TokenRequest, { ask: 'open' }>): DriverReply {
    endSession();
    const isWanted = ({ token }: SlotToken): boolean => token.serial === request.serial;
    const found = look(loaded, (all) => all.some(isWanted)).find(isWanted);
    if (!found) return failed({ code: 'token.not-present' });
    const opened = openDriverSession(loaded, found, request);
    if (!opened.ok) return failed(opened.error);
    session = opened.value;
    return { answer: 'opened' };
  }

  function sign({ data, hash }: Extract<TokenRequest, { ask: 'sign' }>): DriverReply {
    if (!session) return failed({ code: 'token.session-over' });
    const signed = session.sign(data, hash);
    if (signed.ok) return { answer: 'signed', signature: signed.value };
    session = undefined;
    return failed(signed.error);
  }

  function act(loaded: PKCS11, request: TokenRequest): DriverReply {
    switch (request.ask) {
      case 'list':
        return list(loaded);
      case 'open':
        return open(loaded, request);
      case 'sign':
        return sign(request);
      case 'close':
        endSession();
        return { answer: 'closed' };
      case 'importKey':
      case 'changePin':
        // What only our own software keys can do.
        return failed({ code: 'token.mechanism-missing' });
    }
  }

  return {
    async answer(request) {
      try {
        if (!library) {
          const binding = await loadBinding();
          library = binding && openLibrary(binding, modulePath);
        }
        if (!library) return failed({ code: 'token.driver-unusable' });
        return act(library, request);
      } catch (cause) {
        const ckr = ckrOf(cause);
        if (ckr === undefined) throw cause;
        // A driver that did not come back from its fresh start is loaded again next time.
        if (ckr === CKR_CRYPTOKI_NOT_INITIALIZED) library = undefined;
        return failed(failureOfCkr(ckr, 'ok'));
      }
    },
  };
}
