import { randomBytes } from 'node:crypto';
import type { Clock } from '@shared/kernel/clock';
import { timestampRequest } from '@shared/pades/cms/tsp';
import type { LogDep } from '../../platform/log';
import { nodePadesPlatform } from './node-pades-platform';
import type { PadesWorker } from './pades-worker-pool';
import type { FetchPublic } from './trust-store';

/** Gets timestamps for one batch. */
export interface Stamper {
  /** DER of a checked token over these bytes; undefined when none was to be had. Never fails a signature (S-15). */
  readonly stamp: (stamped: Uint8Array) => Promise<Uint8Array | undefined>;
}

export interface StamperDeps extends LogDep {
  readonly address: string;
  readonly fetchPublic: FetchPublic;
  readonly pades: PadesWorker;
  readonly clock: Clock;
}

/** An authority that failed once is not asked again in the same batch: fifty papers do not wait fifty times. */
export function createStamper(
  { address, fetchPublic, pades, clock, log }: StamperDeps,
  trustPem: readonly string[],
): Stamper {
  let hasFailed = false;

  async function ask(stamped: Uint8Array): Promise<Uint8Array | undefined> {
    const imprint = nodePadesPlatform.digest('SHA-256', stamped);
    const query = { imprint, nonce: new Uint8Array(randomBytes(8)) };
    const reply = await fetchPublic(address, {
      contentType: 'application/timestamp-query',
      body: timestampRequest(query),
    });
    if (!reply) {
      log.warn('the timestamping authority did not answer');
      return undefined;
    }
    const nowMs = clock.nowMs();
    const checked = await pades.run({
      do: 'checkTimestamp',
      reply,
      stamped,
      query,
      trustPem,
      nowMs,
    });
    if (!checked.ok || checked.value.status !== 'accepted') {
      log.warn('the answer of the timestamping authority is not used', {
        why: checked.ok ? checked.value.status : checked.error.code,
      });
      return undefined;
    }
    if (checked.value.isClockOff) log.warn('the clock and the timestamp differ', { nowMs });
    return checked.value.token;
  }

  return {
    stamp: async (stamped) => {
      if (hasFailed) return undefined;
      const token = await ask(stamped);
      hasFailed = token === undefined;
      return token;
    },
  };
}
