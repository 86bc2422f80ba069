import { z } from 'zod';
import {
  givenBy,
  GivenVerdict,
  isSameWord,
  lacksData,
  wantsFresherData,
  type CheckedReport,
  type VerificationReport,
} from '@shared/domain/signing/verification-report';
import { FileHash } from '@shared/kernel/ids';
import { canonicalJson } from '@shared/kernel/canonical-json';
import { utf8 } from '@shared/kernel/bytes';
import type { Clock } from '@shared/kernel/clock';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { LogDep } from '../../platform/log';

/** Verdicts that are kept of one file, and files of which any are kept. */
const MOST_GIVEN = 6;
const MOST_FILES = 500;
/** The wait after a vain attempt doubles from one to the other. */
const FIRST_WAIT_MS = 60_000;
const LAST_WAIT_MS = 6 * 3_600_000;
/** About two weeks of attempts; then the next look at the file begins anew. */
const MOST_TRIES = 60;

const StoredVerdicts = z
  .object({
    sha256: FileHash,
    /** Newest first: the verdict that stands, then those before it. */
    given: z.array(GivenVerdict).min(1).readonly(),
    tries: z.int().nonnegative(),
    /** When data are asked for next; null while none are wanted. */
    dueMs: z.number().nullable(),
  })
  .readonly();
type StoredVerdicts = z.infer<typeof StoredVerdicts>;

export interface VerdictStoreDeps extends LogDep {
  readonly path: string;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Which files wait for revocation data, and what was said of each before (V-14). Small, bounded, kept across restarts; a
 * file that cannot be read or written costs the history alone, never a verdict.
 */
export function createVerdictStore({ path, clock, log }: VerdictStoreDeps) {
  let loaded: Promise<Map<FileHash, StoredVerdicts>> | undefined;
  let writing: Promise<unknown> = Promise.resolve();

  const load = () =>
    (loaded ??= readIfThere(path)
      .then((bytes) => {
        const text = bytes && Buffer.from(bytes).toString('utf8');
        const stored = text === undefined ? [] : z.array(StoredVerdicts).parse(JSON.parse(text));
        return new Map(stored.map((one) => [one.sha256, one] as const));
      })
      .catch((cause: unknown) => {
        log.warn('the history of verdicts was not read', { cause });
        return new Map();
      }));

  /** What changed last stands last; the oldest go, those that wait for nothing first. */
  function keep(all: Map<FileHash, StoredVerdicts>, one: StoredVerdicts): Promise<void> {
    all.delete(one.sha256);
    all.set(one.sha256, one);
    if (all.size > MOST_FILES) {
      const oldest = [...all.values()].find(({ dueMs }) => dueMs === null) ?? [...all.values()][0];
      if (oldest) all.delete(oldest.sha256);
    }
    const done = writing
      .then(() => writeDurably(path, utf8(canonicalJson([...all.values()]))))
      .catch((cause: unknown) => log.warn('the history of verdicts was not written', { cause }));
    writing = done;
    return done;
  }

  const isDue = ({ dueMs }: StoredVerdicts, nowMs: number): boolean =>
    // A clock that was put back must not make a file wait for years.
    dueMs !== null && (dueMs <= nowMs || dueMs > nowMs + LAST_WAIT_MS);

  return {
    /** Takes a verdict down where it, or one before it, wants data; answers it with what was said before. */
    async note(sha256: FileHash, report: VerificationReport): Promise<CheckedReport> {
      const all = await load();
      const before = all.get(sha256);
      const isWaiting = lacksData(report);
      const wantsData = isWaiting || wantsFresherData(report);
      if (!before && !wantsData) return { ...report, earlier: [], isWaiting };
      const now = givenBy(report);
      const last = before?.given[0];
      const isSame = isSameWord(last, now);
      const earlier = before?.given.slice(isSame ? 1 : 0) ?? [];
      const wantedData = before !== undefined && before.dueMs !== null;
      if (!isSame || wantedData !== wantsData) {
        await keep(all, {
          sha256,
          given: [isSame && last ? last : now, ...earlier].slice(0, MOST_GIVEN),
          tries: wantedData ? before.tries : 0,
          dueMs: wantsData ? (before?.dueMs ?? clock.nowMs()) : null,
        });
      }
      return { ...report, earlier, isWaiting };
    },

    /** A file whose turn it is, the one that waits longest first. */
    async due(): Promise<StoredVerdicts | undefined> {
      const nowMs = clock.nowMs();
      return [...(await load()).values()]
        .filter((one) => isDue(one, nowMs))
        .toSorted((a, b) => (a.dueMs ?? 0) - (b.dueMs ?? 0))[0];
    },

    /** Nothing came of it: the next attempt waits twice as long, and some day there is none. */
    async postpone(sha256: FileHash): Promise<void> {
      const all = await load();
      const one = all.get(sha256);
      if (!one || one.dueMs === null) return;
      const tries = one.tries + 1;
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** one.tries, LAST_WAIT_MS);
      await keep(all, {
        ...one,
        tries,
        dueMs: tries < MOST_TRIES ? clock.nowMs() + waitMs : null,
      });
    },

    /** Asked for, and it lacks nothing: whoever looks at it next asks again, if the data are old then. */
    async settle(sha256: FileHash): Promise<void> {
      const all = await load();
      const one = all.get(sha256);
      if (one && one.dueMs !== null) await keep(all, { ...one, dueMs: null });
    },

    /** Data came: what they are good for is found out by judging the others that wait. */
    async hurry(): Promise<void> {
      const all = await load();
      const nowMs = clock.nowMs();
      for (const one of all.values()) {
        if (one.dueMs !== null && one.dueMs > nowMs) all.set(one.sha256, { ...one, dueMs: nowMs });
      }
    },
  };
}

export type VerdictStore = ReturnType<typeof createVerdictStore>;
