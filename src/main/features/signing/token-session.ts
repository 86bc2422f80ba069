import type { Timers } from '@shared/kernel/clock';
import { err, ok, type Result } from '@shared/kernel/result';
import type { Certificate } from '@shared/pades/cms/certificate';
import type { SigningHash } from '@shared/pades/cms/build';
import { nodePadesPlatform } from './node-pades-platform';
import { failureOf } from './outcome-failure';
import type { SupervisedModule } from './supervise-module';
import type { TokenLimits } from './token-limits';
import type { TokenFailure, TokenSession } from './token-port';

export interface TokenSessionDeps {
  readonly client: SupervisedModule;
  readonly certificate: Certificate;
  readonly timers: Timers;
  readonly limits: TokenLimits;
  /** Limit of one signature, milliseconds. */
  readonly signMs: number;
  /** Called once, when the token is logged out or its process is gone. */
  readonly onOver: () => void;
}

export interface StartedSession {
  readonly session: TokenSession;
  /** A driver's process is gone; the session was over with it if it was this one. */
  readonly onGone: (moduleId: string) => void;
  readonly close: () => Promise<void>;
}

/** Main's side of one login: ends after five idle minutes, after fifteen in all, and at the first failure (K-11). */
export function startTokenSession(deps: TokenSessionDeps): StartedSession {
  const { client, certificate, timers, limits, signMs, onOver } = deps;
  let isOver = false;
  let closing: Promise<void> | undefined;
  /** Why a later call finds no session. */
  let lastWord: TokenFailure = { code: 'token.session-over' };
  let signing = 0;
  let cancelIdle = (): void => undefined;
  const cancelTotal = timers.after(limits.sessionTotal, () => void close());
  startIdle();

  function startIdle(): void {
    cancelIdle();
    cancelIdle = timers.after(limits.sessionIdle, () => void close());
  }

  function finish(): void {
    if (isOver) return;
    isOver = true;
    cancelIdle();
    cancelTotal();
    onOver();
  }

  /** Waits behind a signature that is being made; the token is free for others only after its logout. */
  async function close(): Promise<void> {
    if (!isOver) await (closing ??= logOut());
  }

  async function logOut(): Promise<void> {
    await client.call({ ask: 'close' }, { limitMs: limits.close, mayStart: false });
    finish();
  }

  async function sign(
    data: Uint8Array,
    hash: SigningHash,
  ): Promise<Result<Uint8Array<ArrayBuffer>, TokenFailure>> {
    if (isOver || closing) return err(lastWord);
    signing += 1;
    cancelIdle();
    const result = await signOnce(data, hash);
    signing -= 1;
    if (!result.ok) await close();
    else if (signing === 0 && !isOver && !closing) startIdle();
    return result;
  }

  async function signOnce(
    data: Uint8Array,
    hash: SigningHash,
  ): Promise<Result<Uint8Array<ArrayBuffer>, TokenFailure>> {
    const moduleId = client.module.id;
    const outcome = await client.call(
      { ask: 'sign', data, hash },
      { limitMs: signMs, mayStart: false },
    );
    // it may have signed before it died.
    if (outcome.kind === 'crashed' || outcome.kind === 'silent') {
      return err({ code: 'token.result-unknown', moduleId });
    }
    if (outcome.kind !== 'answered' || outcome.answer.answer !== 'signed') {
      return err(failureOf(outcome, moduleId));
    }
    const { signature } = outcome.answer;
    return fits(certificate, { data, hash, signature })
      ? ok(new Uint8Array(signature))
      : err({ code: 'token.signature-wrong' });
  }

  return {
    session: { sign, close },
    close,
    onGone(moduleId) {
      if (moduleId !== client.module.id) return;
      lastWord = { code: 'token.driver-crashed', moduleId };
      finish();
    },
  };
}

/** K-14: what does not verify is never handed out. */
function fits(
  certificate: Certificate,
  signed: {
    readonly data: Uint8Array;
    readonly hash: SigningHash;
    readonly signature: Uint8Array;
  },
): boolean {
  const scheme = certificate.key.type === 'ec' ? 'ecdsa' : 'rsaPkcs1';
  return nodePadesPlatform.verify({ ...signed, publicKey: certificate.publicKey, scheme });
}
