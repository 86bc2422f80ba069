import type { EventLog } from './event-log';
import type { Chance } from './random';

/** Rates at which things go wrong, by kind: per request, per write, per lock or per act, as the name says. */
const usualRates = {
  requestLost: 0.1,
  answerLost: 0.15,
  requestDuplicated: 0.15,
  requestDelayed: 0.12,
  linkCut: 0.05,
  mainCrash: 0.6,
  windowCrash: 0.5,
  nodeCrash: 0.5,
  diskFull: 0.02,
  flushFails: 0.006,
  storeFails: 0.08,
  databaseWiped: 0.15,
  lockTimeout: 0.015,
  databaseSlow: 0.02,
  clockJump: 0.06,
  userSwitch: 0.06,
  windowClosed: 0.04,
  accessWithdrawn: 0.04,
  removalsForgotten: 0.05,
  serverRestored: 0.7,
  // Of offices with a hub (§20).
  provinceCut: 0.1,
  hubCrash: 0.6,
  hubRestored: 0.7,
  hubCloned: 0.6,
  hubStolen: 0.6,
  machineLost: 0.04,
  oldServer: 0.03,
  holderLost: 0.1,
  holderCut: 0.15,
  setBack: 0.6,
} as const;

export type FaultKind = keyof typeof usualRates;
export const faultKinds = Object.keys(usualRates) as readonly FaultKind[];

/**
 * The faults of one seed. Each kind is off in half of the seeds and stronger or weaker in the others, so that every
 * mixture of few faults comes up, not only all of them at once.
 */
export interface Faults {
  /** Does it go wrong this time? Counted when it does. */
  readonly strikes: (kind: FaultKind) => boolean;
  readonly enabled: readonly FaultKind[];
  /** From here on nothing goes wrong any more. */
  readonly heal: () => void;
  readonly isHealed: () => boolean;
}

export function createFaults(
  chance: Chance,
  log: EventLog,
  without: ReadonlySet<FaultKind>,
): Faults {
  const rates = new Map<FaultKind, number>();
  for (const kind of faultKinds) {
    const isOn = chance.chance(0.5);
    const strength = 0.3 + 1.4 * chance.fraction();
    if (isOn && !without.has(kind)) rates.set(kind, usualRates[kind] * strength);
  }
  const draws = new Map(faultKinds.map((kind) => [kind, chance.fork(kind)]));
  let healed = false;
  return {
    enabled: [...rates.keys()],
    strikes(kind) {
      const rate = rates.get(kind);
      if (healed || rate === undefined || !draws.get(kind)?.chance(rate)) return false;
      log.count(`fault:${kind}`);
      return true;
    },
    heal: () => {
      healed = true;
    },
    isHealed: () => healed,
  };
}
