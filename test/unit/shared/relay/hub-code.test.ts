import { expect, test } from 'vitest';
import { hubCode, readHubCode } from '@shared/relay/hub-code';
import { sha256 } from '../../../support/core-builders';

const hub = { address: 'https://192.168.1.10:8788', fingerprint: 'ab12cd34'.repeat(8) };
const code = hubCode(hub, sha256);
const read = (typed: string) => readHubCode(typed, sha256);

test('§20: the code of a hub is read as it was made, however it was pasted', () => {
  const whole = { state: 'whole', hub };
  expect(read(code)).toEqual(whole);
  expect(read(`  ${code.toLowerCase()}\n`)).toEqual(whole);
  expect(read(code.replace(/(?<=#.*)-/g, ' '))).toEqual(whole);
  expect(read(code.replace('#', '/#'))).toEqual(whole);
  const named = { ...hub, address: 'https://tram.xa:8788' };
  expect(read(hubCode(named, sha256))).toEqual({ state: 'whole', hub: named });
});

test('§20: one wrong character anywhere is noticed', () => {
  const start = code.indexOf('#') + 1;
  for (let at = start; at < code.length; at++) {
    if (code[at] === '-') continue;
    const other = code[at] === '0' ? '1' : '0';
    expect(read(code.slice(0, at) + other + code.slice(at + 1)).state).toBe('mistyped');
  }
  expect(read(code.replace('1.10', '1.11')).state).toBe('mistyped');
  expect(read(`${code}0`).state).toBe('mistyped');
  expect(read(`${code.slice(0, -1)}Z`).state).toBe('mistyped');
});

test('§20: what is cut off, and what is no code of a hub, is told apart', () => {
  expect(read(code.slice(0, -3)).state).toBe('incomplete');
  expect(read('tcv-hub:https://192.168.1.10:8788').state).toBe('incomplete');
  for (const typed of [
    '',
    '192.168.1.10',
    code.replace('tcv-hub:', ''),
    code.replace('https', 'http'),
    code.replace(':8788', ''),
    code.replace(':8788', ':8788/khac'),
    code.replace('192', 'ai@192'),
    `${code}#${code}`,
  ])
    expect(read(typed).state).toBe('unknown');
});
