import type { PDFDocumentProxy } from 'pdfjs-dist';
import { expect, test } from 'vitest';
import { hasOwnSeal, printPlan } from '../../../src/renderer/features/signing/print-plan';
import { leaveOut } from '../../../src/renderer/features/viewer/leave-out';
import { openInNode } from '../../support/node-pdf';
import { anOffice, fixture, issued, prepared, signAsLeader, verify } from '../shared/pades/helpers';

const office = anOffice();
const leaders = signAsLeader(office, prepared(fixture('chromium-draft.pdf')));
const sealed = issued(office, fixture('chromium-draft.pdf'));

/** Names of the fields that are drawn on the last page for paper. */
async function printedFields(document: PDFDocumentProxy): Promise<readonly string[]> {
  const { AnnotationMode, OPS } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const fields: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { fnArray, argsArray } = await page.getOperatorList({
      intent: 'print',
      annotationMode: AnnotationMode.ENABLE_STORAGE,
    });
    const drawn = new Set(
      fnArray.flatMap((fn, at) => (fn === OPS.beginAnnotation ? [argsArray[at]?.[0]] : [])),
    );
    for (const { id, fieldName } of await page.getAnnotations()) {
      if (drawn.has(id)) fields.push(fieldName);
    }
  }
  return fields.toSorted();
}

test('corrections 9: printed for the wet seal, a paper keeps hand, number and date and shows no seal', async () => {
  const document = await openInNode(sealed);
  expect(await printedFields(document)).toEqual(['ky_ca_nhan', 'ky_co_quan', 'ngay', 'so']);

  await leaveOut(document, printPlan(verify(sealed, office.trust), 'forWetSeal').leftOut);

  expect(await printedFields(document)).toEqual(['ky_ca_nhan', 'ngay', 'so']);
});

test.each([
  ['signed by the leader alone', leaders, 'asIs', false, false],
  ['sealed', sealed, 'asIs', true, true],
  ['sealed, for the wet seal', sealed, 'forWetSeal', true, false],
] as const)(
  'corrections 9: a print that shows a seal is marked, no other is: %s',
  (_what, bytes, way, canLeaveOut, isMarked) => {
    const report = verify(bytes, office.trust);

    expect([hasOwnSeal(report), printPlan(report, way).isMarked]).toEqual([canLeaveOut, isMarked]);
  },
);

test('corrections 9: another agency’s signature may show a seal and is never left out', () => {
  const report = verify(sealed, office.trust);
  const foreign = report.signatures.map((one) => ({ ...one, kind: 'other' as const }));

  expect(printPlan({ ...report, signatures: foreign }, 'forWetSeal')).toEqual({
    leftOut: [],
    isMarked: true,
  });
});
