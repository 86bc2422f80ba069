import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecoveryKey, readRecoveryKey } from '@shared/kernel/recovery-key';

const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const aKey = (): string => createRecoveryKey((count) => randomBytes(count));

/** The key with one character of a group (from 1) replaced. */
function typo(key: string, group: number, at: number, character: string): string {
  const groups = key.split('-');
  const own = Array.from(groups[group - 1] ?? '');
  own[at] = character;
  groups[group - 1] = own.join('');
  return groups.join('-');
}

test('§15: a recovery key has seven groups without characters that look or sound alike', () => {
  for (let i = 0; i < 200; i++)
    expect(aKey()).toMatch(/^([2-9A-HJKMNP-Z]{5}-){6}[2-9A-HJKMNP-Z]{5}$/);
});

test('§15: every character of the alphabet is as likely as another: unfair bytes are left out', () => {
  const key = createRecoveryKey((count) => new Uint8Array(count).map((_, i) => (i % 2 ? 255 : 30)));

  expect(key.split('-').map((group) => group.slice(0, 4))).toEqual(Array(7).fill('ZZZZ'));
});

test('§15: spaces, hyphens and small letters do not matter', () => {
  const key = aKey();
  const forms = [
    key,
    key.toLowerCase(),
    key.replaceAll('-', ''),
    key.replaceAll('-', '  '),
    ` ${key}\n`,
  ];

  for (const form of forms) expect(readRecoveryKey(form)).toEqual({ state: 'whole', key });
});

test('§15: any single wrong character is named by its group', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom(...Array.from(ALPHABET), '0', 'O', 'I', 'Đ'),
      (group, at, character) => {
        const key = aKey();
        const typed = typo(key, group, at, character);
        if (typed === key) return;
        expect(readRecoveryKey(typed)).toEqual({ state: 'mistyped', group });
      },
    ),
  );
});

test('§15: neighbours and groups that were exchanged, and a forgotten character, are named', () => {
  const key = aKey();
  const groups = key.split('-');
  for (let group = 1; group <= 7; group++) {
    for (let at = 0; at < 4; at++) {
      const own = Array.from(groups[group - 1] ?? '');
      [own[at], own[at + 1]] = [own[at + 1] ?? '', own[at] ?? ''];
      const typed = groups.with(group - 1, own.join('')).join('-');
      if (typed !== key) expect(readRecoveryKey(typed)).toEqual({ state: 'mistyped', group });
    }
    const short = groups.with(group - 1, (groups[group - 1] ?? '').slice(1)).join(' ');
    expect(readRecoveryKey(short)).toEqual({ state: 'mistyped', group });
  }
  const [first = '', second = '', ...rest] = groups;
  if (first !== second)
    expect(readRecoveryKey([second, first, ...rest].join('-'))).toEqual({
      state: 'mistyped',
      group: 1,
    });
});

test('§15: a key that is still being typed is incomplete, one that is too long is wrong at its end', () => {
  const key = aKey();

  expect(readRecoveryKey('')).toEqual({ state: 'incomplete' });
  expect(readRecoveryKey(key.slice(0, 17))).toEqual({ state: 'incomplete' });
  expect(readRecoveryKey(key.slice(0, 13))).toEqual({ state: 'incomplete' });
  expect(readRecoveryKey(`${key}A`)).toEqual({ state: 'mistyped', group: 7 });
});
