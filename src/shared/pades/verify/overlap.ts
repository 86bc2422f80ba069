import { kindOfField } from '../field-names';
import { widgetPlace } from '../fill';
import { intersect, MM, type Rect } from '../geometry';
import type { FormField } from '../reader/form';
import type { PdfFile } from '../reader/pdf-file';
import { reason, type Reason } from '../../domain/signing/verification-reason';

/** Share of the leader's space that the seal covers from its left, and its largest side: 36 mm and its margin (V-11). */
const EXPECTED = { least: 0.2, most: 0.45, size: 50 * MM };

/**
 * V-11: widgets of signatures that lie over each other, except the seal over the left third of the leader's signature.
 * Text under a widget is looked for on the drawn page (`visual/plan-comparison.ts`).
 */
export function overlapReasons(
  file: PdfFile,
  fields: readonly FormField[],
): ReadonlyMap<string, Reason> {
  const placed = fields.flatMap((field) => {
    const place = widgetPlace(file, field.widgets[0]?.dict);
    const isVisible = place && area(place.rect) > 4;
    return isVisible ? [{ field, page: place.page.ref.num, rect: place.rect }] : [];
  });
  const reasons = new Map<string, Reason>();
  placed.forEach((upper, i) => {
    for (const lower of placed.slice(0, i)) {
      if (upper.page !== lower.page) continue;
      const common = intersect(upper.rect, lower.rect);
      if (!common || area(common) < 4) continue;
      if (isUsualSeal(named(upper), named(lower))) continue;
      reasons.set(upper.field.name, reason('place.overlaps-signature', lower.field.name));
    }
  });
  return reasons;
}

/** A field of a signature and its place on the page, as it is seen. */
export interface PlacedField {
  readonly name: string;
  readonly rect: Rect;
}

const named = ({ field, rect }: { readonly field: FormField; readonly rect: Rect }) => ({
  name: field.name,
  rect,
});

/** The seal over the left third of the leader's signature, of a seal's size: what the decree demands (V-11). */
export function isUsualSeal(upper: PlacedField, lower: PlacedField): boolean {
  if (kindOfField(upper.name) !== 'organ' || kindOfField(lower.name) !== 'leader') return false;
  const seal = upper.rect;
  const leader = lower.rect;
  const share = (seal[2] - leader[0]) / (leader[2] - leader[0]);
  const isOfSize = Math.max(seal[2] - seal[0], seal[3] - seal[1]) <= EXPECTED.size;
  const height = Math.min(seal[3], leader[3]) - Math.max(seal[1], leader[1]);
  const isBeside = height >= (leader[3] - leader[1]) / 2;
  return (
    isOfSize &&
    isBeside &&
    seal[0] <= leader[0] &&
    share >= EXPECTED.least &&
    share <= EXPECTED.most
  );
}

const area = ([left, bottom, right, top]: Rect): number => (right - left) * (top - bottom);
