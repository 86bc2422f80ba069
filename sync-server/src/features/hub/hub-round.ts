import type { ErrorCode } from '@shared/errors/catalogue';
import { ok, type Result } from '@shared/kernel/result';
import { AuthorityReply } from '@shared/protocol/relay-message';
import type { Log } from '../../log';
import type { FileCarrier } from './carry-files';
import type { WorkCarrier } from './carry-work';
import type { NumberDesk } from './number-desk';
import type { HubAuthority } from './hub-authority';
import type { ProvinceClient } from './province-client';

/** Rights and people are asked for so often while the province answers. */
const REFRESH_MS = 15 * 60_000;
/** Somebody whom the hub does not know is there: sooner, and no oftener than this. */
const NEWS_MS = 60_000;
/** A clerk says that there is news for this hub. */
const TOLD_MS = 2_000;

export interface HubRoundDeps {
  readonly province: Pick<ProvinceClient, 'call'>;
  readonly authority: Pick<HubAuthority, 'take'>;
  readonly numbers: Pick<NumberDesk, 'takeLeases'>;
  readonly work: WorkCarrier;
  readonly files: FileCarrier;
  readonly log: Log;
  readonly nowMs: () => number;
  /** The province has disabled this hub, or takes it again. */
  readonly stopped: (isStopped: boolean) => void;
}

/** What the hub has to do at the province, most needed first; nothing is asked when there is nothing to do (§20). */
export function createHubRound(deps: HubRoundDeps) {
  const { province, authority, numbers, work, files, log, nowMs, stopped } = deps;
  let refreshAt = 0;
  let refreshedAt = 0;

  async function refresh(): Promise<Result<void>> {
    const reply = await askAuthority(province);
    if (!reply.ok) return reply;
    const taken = await authority.take(reply.value);
    if (taken.ok) await numbers.takeLeases(reply.value.leases);
    else log.error({}, 'the authority is not signed by the province of this hub');
    stopped(false);
    refreshedAt = nowMs();
    refreshAt = refreshedAt + REFRESH_MS;
    work.tryAgain();
    files.tryAgain();
    return ok(undefined);
  }

  async function run(isEnding: () => boolean): Promise<Result<void>> {
    for (;;) {
      // Also between files: who may no longer enter, and what is no longer leased, is heard of in time.
      if (nowMs() >= refreshAt) {
        const refreshed = await refresh();
        if (!refreshed.ok) return refreshed;
      }
      const delivered = await work.deliver();
      if (!delivered.ok) return delivered;
      const more = await files.step();
      if (!more.ok) return more;
      // A long upload does not keep the program from ending; what is left is found again at the next start.
      if (!more.value || isEnding()) return ok(undefined);
    }
  }

  return {
    async run(isEnding: () => boolean = () => false): Promise<Result<void>> {
      const done = await run(isEnding);
      if (!done.ok && STOPPED.has(done.error.code)) {
        stopped(true);
        // When it may speak again, that is heard before anything is carried.
        refreshAt = 0;
      }
      return done;
    },
    /** Somebody came whom the province may know by now. */
    newsWanted: (): void => {
      refreshAt = Math.min(refreshAt, refreshedAt + NEWS_MS);
    },
    /**
     * A clerk has given this hub a register: what the province says of it is asked for soon.
     *
     * @returns milliseconds until a round does so
     */
    newsTold: (): number => {
      refreshAt = Math.min(refreshAt, refreshedAt + TOLD_MS);
      return Math.max(0, refreshAt - nowMs());
    },
  };
}

const STOPPED: ReadonlySet<ErrorCode> = new Set([
  'device.disabled',
  'device.forked',
  'device.not-enrolled',
]);

export const askAuthority = (
  province: Pick<ProvinceClient, 'call'>,
): Promise<Result<AuthorityReply>> =>
  province.call({ method: 'GET', path: '/relay/authority', answer: AuthorityReply });
