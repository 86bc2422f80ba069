import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../../../src/shared/kernel/bytes';
import {
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfValue,
} from '../../../../src/shared/pades/reader/objects';
import { decodeTextString } from '../../../../src/shared/pades/reader/text-string';
import { fixture, fixturePath, needs, open, signableFixtures } from './helpers';

const Listed = z.record(
  z.string(),
  z.object({ value: z.unknown().optional(), stream: z.object({ dict: z.unknown() }).optional() }),
);
const Answer = z.object({ qpdf: z.tuple([z.unknown(), Listed]) });

/** Every object as another parser reads it; 3 is the exit code of warnings. */
function asQpdfReads(name: string): ReadonlyMap<number, unknown> {
  const args = ['--json=2', '--json-key=qpdf', '--warning-exit-0', fixturePath(name)];
  const said = execFileSync('qpdf', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  const [, listed] = Answer.parse(JSON.parse(said)).qpdf;
  return new Map(
    Object.entries(listed).flatMap(([key, { value, stream }]) => {
      const number = /^obj:(\d+) /.exec(key)?.[1];
      return number === undefined ? [] : [[Number(number), normal(stream ? stream.dict : value)]];
    }),
  );
}

/** Absent and null are the same in a dictionary (ISO 32000-1 §7.3.7); numbers to five digits. */
function normal(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([key, one]) => [key.replace(/^n:/, ''), normal(one)]),
  );
}
const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;

const nameText = (name: string): string => `/${Buffer.from(name, 'latin1').toString('utf8')}`;

function asWeRead(value: PdfValue): unknown {
  if (value === null || typeof value === 'boolean') return value;
  switch (value.kind) {
    case 'number':
      return rounded(value.value);
    case 'name':
      return nameText(value.name);
    case 'string':
      return { text: decodeTextString(value.bytes), hex: toHex(value.bytes) };
    case 'array':
      return value.items.map(asWeRead);
    case 'dict':
      return entriesOf(value);
    case 'stream':
      return entriesOf(value.dict);
    case 'ref':
      return `${value.num} ${value.gen} R`;
  }
}
const entriesOf = (dict: PdfDict): unknown =>
  Object.fromEntries(
    [...dict.entries]
      .filter(([, { value }]) => value !== null)
      .map(([key, { value }]) => [nameText(key), asWeRead(value)]),
  );

/** A string is told by qpdf as text or as bytes: each is compared as it is told. */
function sameAs(told: unknown, ours: unknown): unknown {
  if (typeof told === 'string' && typeof ours === 'object' && ours !== null && 'hex' in ours) {
    const { text, hex } = ours as { readonly text: string; readonly hex: string };
    return told.startsWith('b:') ? `b:${hex}` : `u:${text}`;
  }
  if (Array.isArray(told) && Array.isArray(ours)) return ours.map((one, i) => sameAs(told[i], one));
  if (typeof told === 'object' && told !== null && typeof ours === 'object' && ours !== null)
    return Object.fromEntries(
      Object.entries(ours).map(([key, one]) => [
        key,
        sameAs((told as Record<string, unknown>)[key], one),
      ]),
    );
  return ours;
}

const isOfTheFile = (value: PdfValue): boolean => {
  const type = rawEntry(dictOf(value), 'Type');
  return isKind(type, 'name') && ['XRef', 'ObjStm'].includes(type.name);
};

test.each(signableFixtures)(
  'T-6: every object of %s is read as qpdf reads it',
  needs('qpdf'),
  (name) => {
    const told = asQpdfReads(name);
    const { now } = open(fixture(name));
    const ours = new Map(
      now.numbers().flatMap((num) => {
        const found = now.find(num);
        return found && !isOfTheFile(found.value) ? [[num, asWeRead(found.value)] as const] : [];
      }),
    );

    const differing = [...told].flatMap(([num, value]) => {
      const read = now.find(num);
      if (read && isOfTheFile(read.value)) return [];
      const own = sameAs(value, ours.get(num) ?? null);
      return isDeepStrictEqual(own, value) ? [] : [{ num, qpdf: value, own }];
    });
    expect(differing).toEqual([]);
    expect([...ours.keys()].filter((num) => !told.has(num))).toEqual([]);
  },
);
