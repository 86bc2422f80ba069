import type { DeviceCheck } from '@shared/ipc/device-check';
import type { Clock } from '@shared/kernel/clock';
import type { TokenFailure, TokenPort } from './token-port';

const KEPT = 10;

type Failures = DeviceCheck['lastFailures'];

/** The token as it was given, and what last went wrong with it, for support (K-17). The same trouble is told once, with its last time. */
export function withFailureLog(
  token: TokenPort,
  clock: Clock,
): { readonly token: TokenPort; readonly lastFailures: () => Failures } {
  let failures: Failures = [];
  const note = (during: Failures[number]['during'], failure: TokenFailure): void => {
    const { code } = failure;
    const ckr = failure.code === 'token.unknown' ? failure.ckr : null;
    const others = failures.filter(
      (one) => one.during !== during || one.code !== code || one.ckr !== ckr,
    );
    const at = new Date(clock.nowMs()).toISOString();
    failures = [{ at, during, code, ckr }, ...others].slice(0, KEPT);
  };
  return {
    lastFailures: () => failures,
    token: {
      ...token,
      list: async (when) => {
        const listing = await token.list(when);
        for (const { failure } of listing.troubles)
          if (failure.code !== 'token.driver-late') note('list', failure);
        return listing;
      },
      openSession: async (thumbprint, pin) => {
        const opened = await token.openSession(thumbprint, pin);
        if (!opened.ok) {
          note('login', opened.error);
          return opened;
        }
        const session = opened.value;
        return {
          ok: true,
          value: {
            ...session,
            sign: async (data, hash) => {
              const signed = await session.sign(data, hash);
              if (!signed.ok) note('sign', signed.error);
              return signed;
            },
          },
        };
      },
    },
  };
}
