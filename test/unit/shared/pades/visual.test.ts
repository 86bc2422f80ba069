import { beforeAll, describe, expect, test } from 'vitest';
import type { VisualPlan } from '../../../../src/shared/domain/signing/visual-comparison';
import { compareDocuments } from '../../../../src/shared/pades/visual/compare-documents';
import { isDrawnOn } from '../../../../src/shared/pades/visual/compare-rasters';
import { planComparison } from '../../../../src/shared/pades/visual/plan-comparison';
import { choosePlaces } from '../../../../src/shared/pades/find-places';
import { prepareFields } from '../../../../src/shared/pades/prepare';
import { listPages } from '../../../../src/shared/pades/reader/pages';
import { pdfBytes, streamBody } from '../../../../src/shared/pades/syntax';
import { makeBase, type Base } from '../../../attacks/attack';
import { laterRevisions } from '../../../attacks/later-revisions';
import { edit, extended, pageNumber, update } from '../../../attacks/toolbox';
import { drawnPdf } from '../../../support/drawn-pdf';
import {
  anOffice,
  fixture,
  fonts,
  issued,
  open,
  platform,
  sealAsOffice,
  signAsLeader,
  signWith,
  value,
  verify,
  type Office,
} from './helpers';

let base: Base;
let office: Office;
beforeAll(() => {
  base = makeBase();
  office = anOffice();
});

const planOf = (bytes: Uint8Array): VisualPlan =>
  value(planComparison(platform, bytes, verify(bytes, base.office.trust).signatures));

/** Pages that look different from what was signed, as step and page. */
async function changedPages(bytes: Uint8Array, pages = Infinity): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [i, step] of planOf(bytes).steps.entries()) {
    const before = await drawnPdf(bytes.subarray(0, step.signedLength));
    const after = await drawnPdf(bytes.subarray(0, step.laterLength));
    let drawn = 0;
    const comparison = compareDocuments(before, after, {
      masks: step.masks,
      mayGoOn: () => drawn++ < pages,
    });
    for await (const { page } of comparison) found.push(`${i}: ${page}`);
    await before.close();
    await after.close();
  }
  return found;
}

const attacked = (name: string): Uint8Array => {
  const change = laterRevisions.find(([one]) => one === name)?.[2];
  if (!change) throw new Error(`no attack ${name}`);
  return update(base.sealed, change);
};

describe('V-10: what looks different is found', () => {
  test.each([
    '4: page content replaced',
    '4: content stream replaced in place',
    '12: appearance of a field changed, value kept',
    '12: the fields’ font replaced',
    '13: page tree swapped',
    '16: the appearance of a new signature field is also the page’s content',
    '18: a field made editable or hidden',
    '19: page turned',
    '19: page cropped',
    '19: page added',
    '19: paper made smaller',
  ])('attack %s', async (name) => {
    expect(await changedPages(attacked(name))).not.toEqual([]);
  });
});

test('V-10, attack 14: an annotation with a picture over the text', async () => {
  const bytes = update(base.sealed, (file, next) => {
    const look = next();
    const num = next();
    const page = listPages(file.now)[0]?.dict;
    const box = '[300 700 500 760]';
    return [
      {
        num: look,
        gen: 0,
        body: streamBody(
          [
            ['Subtype', '/Form'],
            ['BBox', box],
          ],
          pdfBytes('1 g 300 700 200 60 re f'),
        ),
      },
      {
        num,
        gen: 0,
        body: pdfBytes(
          `<< /Type /Annot /Subtype /Stamp /F 4 /Rect ${box} /AP << /N ${look} 0 R >> >>`,
        ),
      },
      edit(file, pageNumber(file), { Annots: extended(file, page, 'Annots', num) }),
    ];
  });

  expect(await changedPages(bytes)).toEqual(['1: 1']);
});

test('V-10, attack 11: what was hidden while the second one signed and is shown again', async () => {
  const rotate = (bytes: Uint8Array, Rotate: string | undefined) =>
    update(bytes, (file) => [edit(file, pageNumber(file), { Rotate })]);
  const hidden = sealAsOffice(base.office, rotate(base.signed, '180'));

  expect(await changedPages(rotate(hidden, undefined))).toEqual(['0: 1', '1: 1']);
});

describe('V-11: a signature over text of the page', () => {
  const covering = async (bytes: Uint8Array) => {
    const drawn = await drawnPdf(bytes);
    const found: string[] = [];
    for (const { field, area } of planOf(bytes).widgets) {
      if (isDrawnOn(await drawn.drawBare(area.page), area)) found.push(field);
    }
    await drawn.close();
    return found;
  };

  test('attack 15: a stranger’s signature whose picture covers the text', async () => {
    const stranger = anOffice();
    const bytes = signWith({ ...base.office, pki: stranger.pki }, base.sealed, stranger.leader, {
      field: 'la',
      place: { page: 0, rect: [80, 600, 500, 760] },
    });

    // The mask hides it from the comparison: that is why it is looked for here.
    expect(await changedPages(bytes)).toEqual([]);
    expect(await covering(bytes)).toEqual(['la']);
  });

  test.each(['chromium-draft.pdf', 'scan.pdf', 'libreoffice-writer.pdf'])(
    'the usual places on %s cover nothing but what the seal may',
    async (name) => {
      const raw = fixture(name);
      const { places } = choosePlaces(open(raw));
      const ready = value(prepareFields(platform, raw, { places, fonts }));

      expect(await covering(sealAsOffice(office, signAsLeader(office, ready)))).toEqual([]);
    },
  );
});

describe('V-10: what looks the same raises no alarm', () => {
  test.each([
    'chromium-draft.pdf',
    'scan.pdf',
    'hand-cr-line-ends.pdf',
    'hand-hybrid.pdf',
    'qpdf-object-streams.pdf',
  ])('%s signed, numbered and sealed', async (name) => {
    const bytes = issued(office, fixture(name));

    expect(planOf(bytes).steps).toHaveLength(1);
    expect(await changedPages(bytes)).toEqual([]);
  });
});
