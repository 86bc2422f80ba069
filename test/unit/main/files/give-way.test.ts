import { expect, test } from 'vitest';
import { createGiveWay } from '../../../../src/main/features/files/give-way';

test('§10.2: files take at most 70 % of the line while operations wait, and all of it otherwise', async () => {
  const pauses: number[] = [];
  const timers = {
    after: (ms: number, act: () => void) => {
      pauses.push(ms);
      act();
      return () => undefined;
    },
  };

  await createGiveWay({ isWorkWaiting: () => true, timers })(700);
  await createGiveWay({ isWorkWaiting: () => false, timers })(700);

  expect(pauses.map(Math.round)).toEqual([300]);
});
