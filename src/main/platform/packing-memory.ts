import type { ErrorCode } from '@shared/errors/catalogue';
import type { Result } from '@shared/kernel/result';

/** `offered`: answers may come packed. `used`: the server has answered so, and requests go packed as well. */
export type PackingUse = 'none' | 'offered' | 'used';

export interface PackingMemory {
  readonly useFor: (baseUrl: string) => PackingUse;
  /** Learns from an exchange; true when the server has refused the coding unread, and the request is to go without it. */
  readonly learn: (
    baseUrl: string,
    use: PackingUse,
    sent: Result<{ readonly isPacked: boolean }>,
  ) => boolean;
}

/** Requests that go without packing before it is tried again: some hours of polls. */
const PLAIN_REQUESTS = 200;

/** What a server that does not know the coding says of it: a newer one, and one of before there were codings to know. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['http.unknown-coding', 'http.invalid-body']);

/**
 * Which servers understand `PACKING`, told by their own answers: older ones never use it. Of several nodes behind one
 * address one may be older, and something in between may let no foreign coding pass: then it rests for a while.
 */
export function createPackingMemory(): PackingMemory {
  const known = new Set<string>();
  const resting = new Map<string, number>();
  return {
    useFor: (baseUrl) => {
      const rest = resting.get(baseUrl) ?? 0;
      if (rest > 0) resting.set(baseUrl, rest - 1);
      return rest > 0 ? 'none' : known.has(baseUrl) ? 'used' : 'offered';
    },
    learn: (baseUrl, use, sent) => {
      if (use === 'none') return false;
      if (sent.ok) {
        if (sent.value.isPacked) known.add(baseUrl);
        return false;
      }
      const isRefused = use === 'used' && REFUSALS.has(sent.error.code);
      if (isRefused || sent.error.code === 'server.invalid-answer') {
        known.delete(baseUrl);
        resting.set(baseUrl, PLAIN_REQUESTS);
      }
      return isRefused;
    },
  };
}
