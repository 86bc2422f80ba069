import { createUnreceived, type UnreceivedWork } from '../../src/main/features/journal/unreceived';
import { dealtWith, type SavedOperation } from '../../src/main/features/journal/append-operations';
import type { Journal } from '../../src/main/features/journal/journal';
import type { ProjectionFeed } from '../../src/main/features/sync/projection-feed';
import type { UserId } from '@shared/kernel/ids';
import type { Result } from '@shared/kernel/result';
import { CHAIN_START, type OperationDraft } from '@shared/sync/operation';
import { isUnreceived } from '@shared/sync/unreceived';
import { sha256 } from '../support/core-builders';
import type { Checker } from './checker';
import type { EventLog } from './event-log';
import type { Network } from './network';
import type { Chance } from './random';
import type { Process, Scheduler } from './scheduler';

interface ForkDeps {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly log: EventLog;
  readonly checker: Checker;
  readonly network: Network;
  readonly deviceId: string;
  readonly main: Process;
  readonly journal: Journal;
  readonly feed: ProjectionFeed;
  readonly userId: () => string;
  readonly append: (
    drafts: readonly OperationDraft[],
    replaces: readonly string[],
  ) => Promise<Result<{ readonly saved: readonly SavedOperation[] }>>;
}

/** What a machine whose history forked and its people do, by the product's own steps (§13.3), in one run of its main process. */
export function createFork(deps: ForkDeps) {
  const { scheduler, chance, log, checker, network, deviceId, main, journal, feed } = deps;
  let key: string | undefined;
  const unreceived: UnreceivedWork = createUnreceived({
    state: journal.state,
    sha256,
    userId: deps.userId,
    compare: (operations) => network.compare(main, deviceId, operations),
    async append(drafts, replaces) {
      const done = await deps.append(drafts, replaces);
      if (done.ok) for (const opId of replaces) checker.sentAgain(opId);
      return done;
    },
  });

  /** As `enrolAgain` of the session and `startIncarnation` of the workstation. */
  async function goOnAnew(): Promise<boolean> {
    const inc = journal.state.incarnation()?.inc ?? 1;
    key ??= chance.uuid();
    const enrolled = await network.enrolAgain(main, { deviceId, inc, key });
    if (!enrolled.ok) return false;
    const before = journal.state.pending();
    const { ticket, timeline, serverTime } = enrolled.value;
    const started = await journal.append(() => [
      { t: 'chain', dev: deviceId as never, inc: enrolled.value.inc, n: 0, hash: CHAIN_START },
      { t: 'contact', ticket, timeline, serverTime, wall: 0 },
    ]);
    if (!started.ok) {
      await scheduler.sleep(main, chance.integer(100, 5_000));
      main.kill('the journal refuses');
      return false;
    }
    key = undefined;
    log.count('fork:goes on as another incarnation');
    feed.projection.settle(before);
    const scopes = [...(feed.projection.cursors()?.keys() ?? [])];
    if (scopes.length > 0) void feed.projection.purge(scopes);
    return true;
  }

  /** Whoever is signed in looks through what they left without an answer, one by one. */
  async function keepDeciding(): Promise<void> {
    for (;;) {
      await scheduler.sleep(main, chance.integer(500, 5_000));
      if (unreceived.list().items.length === 0) continue;
      const compared = await unreceived.compare();
      for (const { opId, standing } of compared.ok ? compared.value : []) {
        log.count(`fork:${standing}`);
        if (standing === 'missing') await unreceived.sendAgain(opId);
        else {
          const actor = deps.userId() as UserId;
          await journal.append(() => dealtWith(journal, actor, [opId]));
        }
      }
    }
  }

  return {
    goOnAnew,
    keepDeciding,
    /** Nothing waits for the person who is signed in. */
    isDecided: (): boolean =>
      journal.state
        .attention()
        .every(
          ({ operation, outcome }) => operation.actor !== deps.userId() || !isUnreceived(outcome),
        ),
  };
}

export type Fork = ReturnType<typeof createFork>;
