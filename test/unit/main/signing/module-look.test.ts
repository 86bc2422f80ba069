import { expect, test } from 'vitest';
import { createModuleLook, type Look } from '../../../../src/main/features/signing/module-look';
import type {
  CallOutcome,
  SupervisedModule,
} from '../../../../src/main/features/signing/supervise-module';
import { defaultLimits } from '../../../../src/main/features/signing/token-limits';
import { manualTimers } from '../../../support/manual-timers';

/** A driver whose answers are given by hand, one a call. */
function aLook() {
  const timers = manualTimers();
  const calls: ((outcome: CallOutcome) => void)[] = [];
  const client = {
    module: { id: 'hãng', path: '/hãng.so' },
    isSuspect: () => false,
    call: () => new Promise<CallOutcome>((resolve) => calls.push(resolve)),
  } as unknown as SupervisedModule;
  const looking = createModuleLook(client, { timers, limits: defaultLimits });
  const answer = async (call: number, outcome: CallOutcome): Promise<void> => {
    calls[call]?.(outcome);
    await Promise.resolve();
  };
  const patience = (): void => timers.advance(defaultLimits.listPatience);
  return { ...looking, timers, calls, answer, patience };
}

const empty: CallOutcome = { kind: 'answered', answer: { id: 1, answer: 'listed', tokens: [] } };
const late: Look = { failure: { code: 'token.driver-late', moduleId: 'hãng' } };
const silent: Look = { failure: { code: 'token.driver-silent', moduleId: 'hãng' } };

test('O-3: a driver that has not answered within a list’s patience is told as late, and is not asked twice', async () => {
  const { lookSoon, look, answer, patience, calls } = aLook();
  const first = lookSoon();
  patience();
  expect(await first).toEqual(late);
  const second = look();
  await answer(0, empty);

  expect(await second).toEqual({ tokens: [] });
  expect(calls).toHaveLength(1);
});

test('O-3: a slow driver is told as it last answered, also when that was no good answer', async () => {
  const { lookSoon, answer, patience } = aLook();
  const told: Look[] = [];
  for (const [call, outcome] of [empty, { kind: 'silent' } as const, empty].entries()) {
    const asked = lookSoon();
    if (call > 0) {
      patience();
      told.push(await asked);
    }
    await answer(call, outcome);
    await asked;
    await Promise.resolve();
  }

  expect(told).toEqual([{ tokens: [] }, silent]);
});

test('K-7: after a try of a PIN nothing of before is told, also not by a look that began before it', async () => {
  const { lookSoon, forget, answer, patience, calls } = aLook();
  const before = lookSoon();
  forget();
  await answer(0, empty);
  expect(await before).toEqual({ tokens: [] });
  const after = lookSoon();
  patience();

  expect(await after).toEqual(late);
  expect(calls).toHaveLength(2);
});
