import { kindOfField } from '../field-names';
import { widgetPlace } from '../fill';
import { intersect, type Rect } from '../geometry';
import type { FormField } from '../reader/form';
import type { PdfFile } from '../reader/pdf-file';
import { reason, type Reason } from '../../domain/signing/verification-reason';

/** Share of the leader's space that the seal covers from its left (V-11). */
const EXPECTED = { least: 0.2, most: 0.45 };

/**
 * V-11: widgets of signatures that lie over each other, except the seal over the left third of the leader's signature.
 * Text under a widget is not looked for here; that is the visual check's part (V-10).
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
      const isSealOverLeader =
        kindOfField(upper.field.name) === 'organ' && kindOfField(lower.field.name) === 'leader';
      if (isSealOverLeader && isExpected(upper.rect, lower.rect)) continue;
      reasons.set(upper.field.name, reason('place.overlaps-signature', lower.field.name));
    }
  });
  return reasons;
}

function isExpected(seal: Rect, leader: Rect): boolean {
  const share = (seal[2] - leader[0]) / (leader[2] - leader[0]);
  return seal[0] <= leader[0] && share >= EXPECTED.least && share <= EXPECTED.most;
}

const area = ([left, bottom, right, top]: Rect): number => (right - left) * (top - bottom);
