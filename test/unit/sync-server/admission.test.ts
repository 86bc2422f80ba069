import { expect, test } from 'vitest';
import { createAdmission } from '../../../sync-server/src/http/admission';
import { fakeClock } from '../../support/fake-clock';

const places = (answers: readonly ReturnType<ReturnType<typeof createAdmission>>[]) =>
  answers.map((answer) => (answer.isIn ? 'in' : answer.queuePlace));

test('§12.4: so many are let in; the others learn their place, also when they ask again', () => {
  const admit = createAdmission({ atOnce: 2, nowMs: fakeClock().nowMs });

  const first = ['a', 'b', 'c', 'd', 'e'].map(admit);
  const again = ['e', 'd', 'c'].map(admit);

  expect(places(first)).toEqual(['in', 'in', 1, 2, 3]);
  expect(places(again)).toEqual([3, 2, 1]);
});

test('§12.4: a place that is free goes to who waits longest, not to who comes first now', () => {
  const admit = createAdmission({ atOnce: 1, nowMs: fakeClock().nowMs });
  const inside = admit('a');
  admit('b');
  admit('c');
  if (inside.isIn) inside.leave(true);

  expect(places([admit('c'), admit('d'), admit('b'), admit('c')])).toEqual([1, 2, 'in', 1]);
});

test('§12.4: who was let in keeps the seat from page to page, and loses it by asking for nothing', () => {
  const clock = fakeClock();
  const admit = createAdmission({ atOnce: 1, nowMs: clock.nowMs });
  const page = (who: string) => {
    const answer = admit(who);
    if (answer.isIn) answer.leave(false);
    return answer;
  };
  const first = [page('a'), page('b')];
  clock.advance(1_200);
  const second = [page('b'), page('a')];
  clock.advance(1_200);
  const third = [page('a'), page('b')];
  clock.advance(5_001);

  expect(places(first)).toEqual(['in', 1]);
  expect(places(second)).toEqual([1, 'in']);
  expect(places(third)).toEqual(['in', 1]);
  expect(places([page('b'), page('a')])).toEqual(['in', 1]);
});

test('§12.4: a free seat does not wait for those who were told to come much later', () => {
  const clock = fakeClock();
  const admit = createAdmission({ atOnce: 20, nowMs: clock.nowMs });
  const inside = Array.from({ length: 20 }, (_, i) => admit(`trong ${i}`));
  for (let i = 0; i < 40; i++) admit(`chờ ${i}`);
  for (const one of inside) if (one.isIn) one.leave(true);

  // The first two or three are about to ask and are waited for; the fortieth sleeps for nine seconds.
  expect(places([admit('mới')])).toEqual(['in']);
  expect(places([admit('chờ 0'), admit('chờ 1')])).toEqual(['in', 'in']);
  clock.advance(3_000);
  for (let i = 3; i < 20; i++) admit(`chờ ${i}`);
  expect(places([admit('chờ 39')])[0]).toBeGreaterThan(1);
});

test('§12.4: who does not come back loses the place', () => {
  const clock = fakeClock();
  const admit = createAdmission({ atOnce: 1, nowMs: clock.nowMs });
  const inside = admit('a');
  admit('b');
  clock.advance(11_300);
  if (inside.isIn) inside.leave(true);

  expect(places([admit('c')])).toEqual(['in']);
});

test('I-22: the wait that is asked for grows with the queue and has an end', () => {
  const admit = createAdmission({ atOnce: 0, nowMs: fakeClock().nowMs });

  const waits = Array.from({ length: 500 }, (_, i) => admit(`máy ${i}`)).map((answer) =>
    answer.isIn ? 0 : answer.retryAfterMs,
  );

  expect(waits[0]).toBe(1200);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(waits.at(-1)).toBe(30_000);
});
