import { expect, test } from 'vitest';
import { markFields } from '../../../src/renderer/features/viewer/field-marks';
import { openInNode } from '../../support/node-pdf';
import { anOffice, fixture, issued, verify } from '../shared/pades/helpers';

const office = anOffice();

test('V-15: number, date and seal are framed on the pages as the leader signed them', async () => {
  const sealed = issued(office, fixture('chromium-draft.pdf'));
  const leaders = verify(sealed, office.trust).signatures.find(({ kind }) => kind === 'leader');
  const document = await openInNode(sealed.subarray(0, leaders?.signedLength ?? 0));

  const marks = await markFields(document, leaders?.changedPlaces ?? [], (field) => field);

  expect(marks.map(({ label }) => label).toSorted()).toEqual(['ky_co_quan', 'ngay', 'so']);
  for (const { box } of marks) {
    expect(Math.min(box.left, box.top, box.width, box.height)).toBeGreaterThan(0);
    expect(Math.max(box.left + box.width, box.top + box.height)).toBeLessThan(1);
  }
  const [number, date] = ['so', 'ngay'].map((name) => marks.find(({ label }) => label === name));
  expect(number?.box.left).toBeLessThan(date?.box.left ?? 0);
});
