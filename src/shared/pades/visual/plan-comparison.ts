import type { PageArea, VisualPlan, VisualStep } from '../../domain/signing/visual-comparison';
import type { SignatureReport } from '../../domain/signing/verification-report';
import type { Result } from '../../kernel/result';
import { widgetPlace } from '../fill';
import { intersect } from '../geometry';
import type { PadesPlatform } from '../platform';
import { readForm, type FormField } from '../reader/form';
import { listPages } from '../reader/pages';
import { openToJudge, type PdfFile } from '../reader/pdf-file';
import { readingPdf, type PdfFailure } from '../reader/problem';
import { compareRevisions } from '../verify/changes/compare-revisions';
import { isUsualSeal } from '../verify/overlap';
import { newBudget } from '../verify/changes/same';
import type { Difference } from '../verify/changes/step';

/**
 * What must look the same in a signed file (V-10): each signed revision and the one signed next, the last one and the
 * whole file. So a change that a later revision takes back is seen too.
 *
 * @param signatures of the file's report
 */
export function planComparison(
  platform: PadesPlatform,
  bytes: Uint8Array,
  signatures: readonly SignatureReport[],
): Result<VisualPlan, PdfFailure> {
  const opened = openToJudge(platform, bytes);
  if (!opened.ok) return opened;
  return readingPdf(() => ({
    steps: stepsOf(opened.value, signatures),
    widgets: signatureWidgets(opened.value),
  }));
}

/** A state of the file: the index of its last revision, and its length. */
interface State {
  readonly revision: number;
  readonly length: number;
}

function stepsOf(file: PdfFile, signatures: readonly SignatureReport[]): readonly VisualStep[] {
  const signed = signatures.flatMap(({ revision, signedLength }): readonly State[] =>
    revision === null || signedLength === null
      ? []
      : [{ revision: revision - 1, length: signedLength }],
  );
  const now = { revision: file.revisions.length - 1, length: file.bytes.length };
  const states = [...signed, now].toSorted((a, b) => a.length - b.length);
  const budget = newBudget();
  return states.slice(1).flatMap((later, i) => {
    const earlier = states[i];
    if (!earlier || earlier.length === later.length) return [];
    const masks: PageArea[] = [];
    for (let newer = earlier.revision + 1; newer <= later.revision; newer++) {
      masks.push(...permittedAreas(file, newer, compareRevisions(file, newer, budget)));
    }
    return [{ signedLength: earlier.length, laterLength: later.length, masks }];
  });
}

/** Where the widgets lie that a revision filled, signed or added as signatures may be; violations mask nothing. */
function permittedAreas(
  file: PdfFile,
  newer: number,
  differences: readonly Difference[],
): readonly PageArea[] {
  const names = new Set(
    differences.flatMap((difference) => ('field' in difference ? [difference.field] : [])),
  );
  const then = { ...file, now: file.at(newer) };
  return readForm(then.now)
    .fields.filter(({ name }) => names.has(name))
    .flatMap((field) => areasOf(then, field));
}

/** Signatures that must not stand over text; the usual seal may, within the block of the signature. */
function signatureWidgets(file: PdfFile): VisualPlan['widgets'] {
  const signed = readForm(file.now).fields.filter(
    ({ type, rawValue }) => type === 'Sig' && file.now.resolve(rawValue) !== null,
  );
  const placed = signed.flatMap((field) => {
    const place = widgetPlace(file, field.widgets[0]?.dict);
    return place ? [{ name: field.name, rect: place.rect, page: place.page.ref.num }] : [];
  });
  const isSeal = (field: FormField): boolean => {
    const own = placed.find(({ name }) => name === field.name);
    return placed.some((lower) => own?.page === lower.page && isUsualSeal(own, lower));
  };
  return signed
    .filter((field) => !isSeal(field))
    .flatMap((field) => areasOf(file, field).map((area) => ({ field: field.name, area })));
}

/** Places of a field's widgets, as far as they lie on their page. */
function areasOf(file: PdfFile, field: FormField): readonly PageArea[] {
  const pages = listPages(file.now);
  return field.widgets.flatMap(({ dict }) => {
    const place = widgetPlace(file, dict);
    if (!place) return [];
    const { geometry, page } = place;
    const rect = intersect(place.rect, [0, 0, geometry.width, geometry.height]);
    if (!rect) return [];
    return [
      {
        page: pages.findIndex(({ ref }) => ref.num === page.ref.num) + 1,
        left: rect[0] / geometry.width,
        top: 1 - rect[3] / geometry.height,
        width: (rect[2] - rect[0]) / geometry.width,
        height: (rect[3] - rect[1]) / geometry.height,
      },
    ];
  });
}
