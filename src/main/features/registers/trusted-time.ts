import type { KnownTime } from '@shared/domain/register/lease-holder';

export interface TrustedTimeDeps {
  readonly wallMs: () => number;
  /** Goes on while the machine sleeps: a number given after a night is not dated the day before. */
  readonly sinceBootMs: () => number;
  /** Newest server time in the journal; 0 before the first contact. */
  readonly lastTrustedMs: () => number;
}

/** Server time of the newest contact of this run, carried on by a clock that nobody sets (sync §3.3). */
export function createTrustedTime({ wallMs, sinceBootMs, lastTrustedMs }: TrustedTimeDeps) {
  let contact: { readonly serverMs: number; readonly bootMs: number } | undefined;
  return {
    learn(serverMs: number): void {
      contact = { serverMs, bootMs: sinceBootMs() };
    },
    known: (): KnownTime => ({
      wallMs: wallMs(),
      lastTrustedMs: lastTrustedMs(),
      trustedNowMs: contact ? contact.serverMs + sinceBootMs() - contact.bootMs : null,
    }),
  };
}
