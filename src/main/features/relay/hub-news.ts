import type { Timers } from '@shared/kernel/clock';
import type { Result } from '@shared/kernel/result';
import type { Operation } from '@shared/sync/operation';

export interface HubNewsDeps {
  /** Own work that waits for the province. */
  readonly pending: () => readonly Pick<Operation, 'kind'>[];
  readonly tell: () => Promise<Result<object>>;
  /** Meets the hub. */
  readonly meet: () => void;
  readonly timers: Timers;
}

/** The hub asks the province at once; its registers are known here by the next meeting. */
const ASKED_MS = 3_000;

/**
 * Lets the hub know that it was given a register here as soon as the province has decided so; by itself it asks four times
 * an hour (§20). What is not said, because one of the two was away, the hub hears of then.
 */
export function createHubNews({ pending, tell, meet, timers }: HubNewsDeps) {
  let waits = false;
  const isPending = (): boolean => pending().some(({ kind }) => kind === 'cmd.leaseToHub');
  return {
    /** Own work is about to go to the province. */
    sending(): void {
      waits ||= isPending();
    },
    /** The province has answered. */
    async answered(): Promise<void> {
      if (!waits || isPending()) return;
      waits = false;
      const told = await tell();
      if (told.ok) timers.after(ASKED_MS, meet);
    },
  };
}
