import { ok, type Result } from '@shared/kernel/result';
import { DeliverReply, MOST_ENVELOPES, type Decision } from '@shared/protocol/relay-message';
import { placeKey } from '@shared/relay/envelope';
import type { Mailbox } from '@shared/relay/mailbox';
import { firstFew } from '@shared/relay/relay-client';
import type { HubMailboxStore, UndecidedLine } from './postgres-mailbox';
import type { ProvinceClient } from './province-client';

export interface CarryWorkDeps {
  readonly store: Pick<HubMailboxStore, 'undecidedAfter'>;
  readonly mailbox: Pick<Mailbox, 'decided'>;
  readonly province: Pick<ProvinceClient, 'call'>;
  /** The province's history, as it last signed it. */
  readonly timeline: () => string;
  readonly isDecided: (decision: Decision) => boolean;
}

/** Refreshes of the authority: a day. */
const LONGEST_REST = 96;

/** Brings what waits to the province in the order in which it came, and keeps what is decided (§20). */
export function createWorkCarrier(deps: CarryWorkDeps) {
  const { store, mailbox, province, timeline, isDecided } = deps;
  /** What the province would not decide now. */
  const turnedAway = new Set<string>();
  /** What it refused without a word: offered again after so many more rounds, each time twice as many. */
  const refused = new Map<string, { readonly times: number; readonly rest: number }>();
  const isOpen = ({ envelope }: UndecidedLine): boolean => {
    const key = placeKey(envelope);
    return !turnedAway.has(key) && (refused.get(key)?.rest ?? 0) === 0;
  };

  /** All that waits, until nothing of it is decided any more: a cause that came late lets its effects through. */
  async function deliver(): Promise<Result<void>> {
    for (;;) {
      const decided = await deliverOnce();
      if (!decided.ok) return decided;
      if (decided.value === 0) return ok(undefined);
      turnedAway.clear();
    }
  }

  /** @returns how many were decided */
  async function deliverOnce(): Promise<Result<number>> {
    let decided = 0;
    for (let after = 0; ;) {
      const lines = await store.undecidedAfter(timeline(), after, MOST_ENVELOPES);
      const last = lines.at(-1)?.seq;
      if (last === undefined) return ok(decided);
      const open = lines.filter(isOpen);
      const some = open.slice(0, firstFew(open.map(({ envelope }) => envelope)).length);
      after = some.length < open.length ? (some.at(-1)?.seq ?? last) : last;
      const counted = some.length === 0 ? ok(0) : await bring(some);
      if (!counted.ok) return counted;
      decided += counted.value;
    }
  }

  async function bring(lines: readonly UndecidedLine[]): Promise<Result<number>> {
    const envelopes = lines.map(({ envelope }) => envelope);
    const delivered = await province.call({
      method: 'POST',
      path: '/relay/deliver',
      json: { envelopes },
      answer: DeliverReply,
    });
    if (!delivered.ok) return delivered;
    const decisions: Decision[] = [];
    let settled = 0;
    for (const [at, envelope] of envelopes.entries()) {
      const result = delivered.value.results[at];
      const isOf = result?.answer === 'final' && placeKey(result.decision) === placeKey(envelope);
      if (isOf) decisions.push(result.decision);
      // Of a history that this hub has not heard of yet, or signed by nobody it knows: asked for again after the next refresh.
      const isSettled =
        isOf && result.decision.timeline === timeline() && isDecided(result.decision);
      if (isSettled) settled += 1;
      else if (result?.answer === 'refused') refuse(placeKey(envelope));
      else turnedAway.add(placeKey(envelope));
    }
    await mailbox.decided(decisions);
    return ok(settled);
  }

  function refuse(key: string): void {
    const times = (refused.get(key)?.times ?? 0) + 1;
    refused.set(key, { times, rest: Math.min(2 ** times, LONGEST_REST) });
  }

  return {
    deliver,
    /** The line was cut and is back, or some time has gone: what was turned away may be wanted now. */
    tryAgain(): void {
      turnedAway.clear();
      for (const [key, { times, rest }] of refused)
        refused.set(key, { times, rest: Math.max(0, rest - 1) });
    },
  };
}

export type WorkCarrier = ReturnType<typeof createWorkCarrier>;
