import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { prepareUnsigned } from '../../../src/main/features/signing/pades-job';
import { isSound } from '../../../src/shared/domain/signing/verification-report';
import { scanDocument } from '../../../src/shared/pades/gate/scan-document';
import { readText } from '../../../src/main/workers/read-text';
import { MM } from '../../../src/shared/pades/geometry';
import type { Place } from '../../../src/shared/pades/places';
import { isDoubt, proposePlaces } from '../../../src/shared/pades/propose-places';
import { layouts, traps, type Layout } from '../../fixtures/drafts/layouts';
import { makeDrafts, type Truth } from '../../fixtures/drafts/make';
import {
  anOffice,
  bytesOf,
  fonts,
  platform,
  run,
  saved,
  sealAsOffice,
  signAsLeader,
  temporaryFolder,
  value,
  verify,
} from '../../unit/shared/pades/helpers';

const folder = temporaryFolder();
let truth: ReadonlyMap<Layout, Truth | undefined>;

beforeAll(async () => {
  truth = await makeDrafts([...layouts, ...traps], folder);
}, 300_000);

async function proposalFor({ file }: Layout) {
  const bytes = new Uint8Array(readFileSync(join(folder, file)));
  const text = await readText({ bytes, pages: 500 });
  if (text.status !== 'read') throw new Error(text.status);
  return proposePlaces(text.layout);
}

/** Millimetres between the middles; infinite on another page. */
function distance(one: Place, other: Place): number {
  const [x1, y1] = middle(one);
  const [x2, y2] = middle(other);
  return one.page === other.page ? Math.hypot(x1 - x2, y1 - y2) / MM : Infinity;
}

const middle = ({ rect }: Place): readonly [number, number] => [
  (rect[0] + rect[2]) / 2,
  (rect[1] + rect[3]) / 2,
];

/** Of number, day, month and signature, the one furthest from its open place. */
async function worstOf(layout: Layout): Promise<number | string> {
  const proposed = await proposalFor(layout);
  const real = truth.get(layout);
  if (!real || isDoubt(proposed)) return isDoubt(proposed) ? proposed : 'no truth';
  const { number, date, month, leader } = proposed;
  return Math.max(
    distance(number, real.number),
    distance(date, real.date),
    month ? distance(month, real.month) : Infinity,
    distance(leader, real.leader),
  );
}

test('S-9: of 60 drafts in as many layouts at least 57 have their places within 3 mm, none is silently wrong', async () => {
  const results: (readonly [file: string, worst: number | string])[] = [];
  for (const layout of layouts) results.push([layout.file, await worstOf(layout)]);
  const wrong = results.filter(([, worst]) => typeof worst === 'number' && worst > 3);
  const asked = results.filter(([, worst]) => typeof worst === 'string');

  expect(results).toHaveLength(60);
  expect(wrong, JSON.stringify(results)).toEqual([]);
  expect(asked.length, JSON.stringify(asked)).toBeLessThanOrEqual(3);
}, 120_000);

test.each([
  ['number printed', 'noNumber'],
  ['dots for the number', 'noNumber'],
  ['date printed', 'noDate'],
  ['two signers', 'manySigners'],
  ['no name', 'noSigner'],
  ['name on the next page', 'noSigner'],
  ['no room', 'noRoom'],
  ['turned text', 'noText'],
] as const)('S-9: %s: the person is asked (%s)', async (trap, doubt) => {
  const layout = traps.find((one) => one.trap === trap);

  expect(layout && (await proposalFor(layout))).toBe(doubt);
});

test.each(['draft-01.pdf', 'draft-32.pdf', 'draft-38.pdf', 'draft-49.pdf'])(
  'S-9, S-10, S-18: number, day and month stand in the gaps of %s, and nothing of it is covered',
  async (file) => {
    const bytes = bytesOf(join(folder, file));
    const text = await readText({ bytes: bytes.slice(), pages: 500 });
    if (text.status !== 'read') throw new Error(text.status);
    const { bytes: ready, origin } = value(prepareUnsigned(bytes, fonts, text));
    const office = anOffice();

    const sealed = sealAsOffice(office, signAsLeader(office, ready));

    const words = run('pdftotext', ['-layout', saved(folder, `sealed-${file}`, sealed), '-']);
    expect(origin).toEqual({ from: 'text' });
    expect(value(scanDocument(platform, ready))).toEqual([]);
    expect(words.normalize('NFC')).toMatch(/Số:\s*05\s*\//u);
    expect(words.normalize('NFC')).toMatch(/ngày\s*05\s*tháng\s*02\s*năm/u);
    expect(verify(sealed, office.trust).signatures.every(isSound)).toBe(true);
  },
);
