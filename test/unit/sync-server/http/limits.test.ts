import { expect, test } from 'vitest';
import { createGate, createRateLimiter, Overloaded } from '../../../../sync-server/src/http/limits';

test('I-22: a key may come in a burst, then at its rate, and other keys do not feel it', () => {
  let now = 0;
  const waitFor = createRateLimiter({ burst: 2, perSecond: 2 }, () => now);

  expect([waitFor('a'), waitFor('a'), waitFor('a')]).toEqual([0, 0, 500]);
  expect(waitFor('b')).toBe(0);
  now = 500;
  expect([waitFor('a'), waitFor('a')]).toEqual([0, 500]);
});

test('a clock that goes back gives and takes nothing', () => {
  let now = 10_000;
  const waitFor = createRateLimiter({ burst: 1, perSecond: 1 }, () => now);
  waitFor('a');
  now = 0;

  expect(waitFor('a')).toBe(1_000);
});

test('I-22: a gate lets few in, keeps some waiting in order and refuses the rest', async () => {
  const gate = createGate({ atOnce: 1, waiting: 1 });
  const order: string[] = [];
  let finish: () => void = () => undefined;
  const first = gate(
    () =>
      new Promise<void>((resolve) => {
        order.push('first');
        finish = resolve;
      }),
  );
  const second = gate(async () => {
    order.push('second');
  });

  await expect(gate(async () => undefined)).rejects.toThrow(Overloaded);
  finish();
  await Promise.all([first, second]);
  await gate(async () => {
    order.push('third');
  });

  expect(order).toEqual(['first', 'second', 'third']);
});

test('work that fails gives its place back', async () => {
  const gate = createGate({ atOnce: 1, waiting: 1 });
  await expect(gate(() => Promise.reject(new Error('hỏng')))).rejects.toThrow('hỏng');

  await expect(gate(async () => 'xong')).resolves.toBe('xong');
});
