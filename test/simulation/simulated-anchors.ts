import type { AnchorStore } from '../../src/main/features/registers/anchor-store';
import type { LeaseAnchor } from '@shared/domain/register/lease-holder';
import { ok } from '@shared/kernel/result';
import type { Chance } from './random';
import type { Process, Scheduler } from './scheduler';

/** The two places of a machine outside the profile; a write is durable when it has happened. */
export interface SimulatedAnchors {
  readonly attach: (process: Process) => AnchorStore;
  /** The highest number that a place remembers as given in a lease; 0 for none. */
  readonly lastGiven: (registerId: string, epoch: number) => number;
  /** An image of both places; what it answers puts it back. */
  readonly image: () => () => void;
}

export function createSimulatedAnchors(scheduler: Scheduler, chance: Chance): SimulatedAnchors {
  const places = [new Map<string, LeaseAnchor>(), new Map<string, LeaseAnchor>()];
  const known = (registerId: string): readonly LeaseAnchor[] =>
    places.flatMap((place) => place.get(registerId) ?? []);
  return {
    attach: (process) => ({
      read: async ({ lease }) =>
        ok(
          await scheduler.step(process, 'read anchors', chance.fraction(), () =>
            known(lease.registerId),
          ),
        ),
      write: async (_book, anchor) => {
        for (const place of places) {
          await scheduler.step(process, 'write anchor', chance.fraction() * 2, () =>
            place.set(anchor.registerId, anchor),
          );
        }
        return ok(undefined);
      },
    }),
    image() {
      const kept = places.map((place) => [...place]);
      return () => {
        for (const [i, place] of places.entries()) {
          place.clear();
          for (const [registerId, anchor] of kept[i] ?? []) place.set(registerId, anchor);
        }
      };
    },
    lastGiven: (registerId, epoch) =>
      Math.max(
        0,
        ...known(registerId).flatMap((one) => (one.epoch === epoch ? [one.next - 1] : [])),
      ),
  };
}
