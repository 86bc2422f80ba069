import type { Clock } from '@shared/kernel/clock';
import type { Chance } from './random';
import type { Scheduler } from './scheduler';

/** A workstation's clocks: the wall clock is wrong, drifts and jumps; the monotonic one begins anew at every boot. */
export interface DeviceClock extends Clock {
  readonly boot: () => void;
  /** By a second or by ten years, forwards or back. */
  readonly jump: () => void;
}

const SECOND = 1000;
const YEAR = 365 * 24 * 3600 * SECOND;

export function createDeviceClock(scheduler: Scheduler, chance: Chance): DeviceClock {
  let offset = chance.chance(0.5) ? 0 : chance.integer(-3600 * SECOND, 3600 * SECOND);
  const drift = 1 + (chance.fraction() - 0.5) / 1000;
  let bootedAt = scheduler.now();
  const begin = scheduler.now();
  return {
    nowMs: () => Math.round(begin + (scheduler.now() - begin) * drift + offset),
    monotonicMs: () => (scheduler.now() - bootedAt) * drift,
    boot: () => {
      bootedAt = scheduler.now();
    },
    jump: () => {
      const size = chance.pick([SECOND, 60 * SECOND, 24 * 3600 * SECOND, YEAR, 10 * YEAR]);
      offset += chance.chance(0.5) ? size : -size;
    },
  };
}
