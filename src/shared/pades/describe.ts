import type { PreparedField } from '../domain/signing/prepared-field';
import type { Result } from '../kernel/result';
import { widgetPlace } from './fill';
import type { PadesPlatform } from './platform';
import { readForm } from './reader/form';
import { isKind } from './reader/objects';
import { listPages } from './reader/pages';
import { openPdf, type PdfFile } from './reader/pdf-file';
import { readingPdf, type PdfFailure } from './reader/problem';

export interface PdfDescription {
  readonly pageCount: number;
  /** Text and signature fields that have a place on a page. */
  readonly fields: readonly PreparedField[];
}

/** Pages and form fields of a PDF, for the person who is about to sign it. */
export function describePdf(
  platform: PadesPlatform,
  bytes: Uint8Array,
): Result<PdfDescription, PdfFailure> {
  const opened = openPdf(platform, bytes);
  return opened.ok ? readingPdf(() => describeOpened(opened.value)) : opened;
}

function describeOpened(file: PdfFile): PdfDescription {
  const pages = listPages(file.now);
  const form = readForm(file.now);
  const fields = form.fields.flatMap((field): readonly PreparedField[] => {
    const placed = widgetPlace(file, field.widgets[0]?.dict);
    if (!placed) return [];
    const { geometry, rect, page } = placed;
    const value = file.now.resolve(field.rawValue);
    const isEmpty = value === null || (isKind(value, 'string') && value.bytes.length === 0);
    return [
      {
        name: field.name,
        isFilled: field.rawValue !== undefined && !isEmpty,
        page: pages.findIndex(({ ref }) => ref.num === page.ref.num),
        box: {
          left: rect[0] / geometry.width,
          top: 1 - rect[3] / geometry.height,
          width: (rect[2] - rect[0]) / geometry.width,
          height: (rect[3] - rect[1]) / geometry.height,
        },
      },
    ];
  });
  return { pageCount: pages.length, fields };
}
