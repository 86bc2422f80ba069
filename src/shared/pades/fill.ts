import { err, ok, type Result } from '../kernel/result';
import type { ObjectChange } from './append';
import { fieldNames } from './field-names';
import { fontInResources, readEmbeddedFont, readOperators } from './font/embedded-font';
import { pageGeometry, rectOf, type PageGeometry, type Rect } from './geometry';
import { findField, type FormField, type FormTree } from './reader/form';
import {
  asInteger,
  asName,
  asNumber,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
} from './reader/objects';
import { listPages, type PdfPage } from './reader/pages';
import type { PdfFile } from './reader/pdf-file';
import { editDict, refText, textStringText } from './syntax';
import { textAppearance, type WidgetText } from './text-appearance';

/** What văn thư gives the document. */
export interface NumberAndDate {
  /** As it is to stand in the field, `05` or `05/QĐ-UBND`. */
  readonly number: string;
  /** `Thử Nghiệm, ngày 05 tháng 02 năm 2026`, or the part of it the template leaves open. */
  readonly date: string;
}

export type FillFailure =
  | { readonly code: 'signing.field-missing'; readonly field: string }
  | { readonly code: 'signing.field-filled'; readonly field: string }
  | { readonly code: 'signing.value-not-allowed'; readonly field: string }
  | { readonly code: 'signing.glyph-missing'; readonly field: string };

/** Expected patterns (S-10): a number with its symbol; words and numbers of a date. */
const patterns: Readonly<Record<string, RegExp>> = {
  [fieldNames.number]: /^\d{1,6}[\p{L}\d/&.\- ]{0,40}$/u,
  [fieldNames.month]: /^\d{1,2}$/,
  [fieldNames.date]: /^(?=.*\d)[\p{L}\d ,./()-]{1,120}$/u,
};

/**
 * Changes that fill `so` and `ngay`: /V and the field's own /AP /N, nothing else (S-10). They go into the same
 * increment as the seal (S-11), so this returns changes, not bytes.
 */
export function fillChanges(
  file: PdfFile,
  form: FormTree,
  input: { readonly values: NumberAndDate; readonly nextNumber: () => number },
): Result<readonly ObjectChange[], FillFailure> {
  const changes: ObjectChange[] = [];
  for (const [name, text] of valuesByField(form, input.values)) {
    const filled = fillField(file, form, { name, text, nextNumber: input.nextNumber });
    if (!filled.ok) return filled;
    changes.push(...filled.value);
  }
  return ok(changes);
}

/** A draft with a field for the month prints the rest of the date itself. */
function valuesByField(
  form: FormTree,
  { number, date }: NumberAndDate,
): readonly (readonly [name: string, text: string])[] {
  if (!findField(form, fieldNames.month)) {
    return [
      [fieldNames.number, number],
      [fieldNames.date, date],
    ];
  }
  const [, day = '', month = ''] = /ngày (\d+) tháng (\d+)/u.exec(date) ?? [];
  return [
    [fieldNames.number, number],
    [fieldNames.date, day],
    [fieldNames.month, month],
  ];
}

interface FieldFill {
  readonly name: string;
  readonly text: string;
  readonly nextNumber: () => number;
}

function fillField(
  file: PdfFile,
  form: FormTree,
  { name, text, nextNumber }: FieldFill,
): Result<readonly ObjectChange[], FillFailure> {
  const { now } = file;
  const field = findField(form, name);
  const object = field?.ref && now.find(field.ref.num);
  if (!field || !object || field.type !== 'Tx') {
    return err({ code: 'signing.field-missing', field: name });
  }
  const old = now.resolve(field.rawValue);
  if (isKind(old, 'string') && old.bytes.length > 0) {
    return err({ code: 'signing.field-filled', field: name });
  }
  if (text.normalize('NFC') !== text || !patterns[name]?.test(text)) {
    return err({ code: 'signing.value-not-allowed', field: name });
  }
  const layout = readLayout(file, form, field);
  if (!layout) return err({ code: 'signing.field-missing', field: name });
  const codes = Array.from(text, (character) => layout.font.codeOf(character));
  if (!codes.every((code) => code !== undefined)) {
    return err({ code: 'signing.glyph-missing', field: name });
  }
  const appearance = nextNumber();
  return ok([
    { num: appearance, gen: 0, body: textAppearance({ ...layout, lines: [codes] }) },
    {
      num: object.num,
      gen: object.gen,
      body: editDict(object.source, field.dict, {
        V: textStringText(text),
        AP: `<< /N ${refText({ num: appearance })} >>`,
      }),
    },
  ]);
}

/** Font and size of /DA, resolved in /DR: only a font that lies in the document is used. */
function readLayout(
  file: PdfFile,
  form: FormTree,
  field: FormField,
): Omit<WidgetText, 'lines'> | undefined {
  const { now } = file;
  const da = now.get(field.dict, 'DA') ?? now.get(form.dict, 'DA');
  const setFont = isKind(da, 'string')
    ? readOperators(da.bytes).find(({ operator }) => operator === 'Tf')
    : undefined;
  const fontName = asName(setFont?.operands[0]);
  const resources = dictOf(now.get(form.dict, 'DR'));
  const dict = fontName === undefined ? undefined : fontInResources(now, resources, fontName);
  const ref = rawEntry(dictOf(now.get(resources, 'Font')), fontName ?? '');
  const font = dict && readEmbeddedFont(file, now, dict);
  const place = widgetPlace(file, field.widgets[0]?.dict);
  if (!fontName || !font || !isKind(ref, 'ref') || !place) return undefined;
  const size = asNumber(setFont?.operands[1]) ?? 0;
  return {
    font,
    fontName,
    fontRef: refText(ref),
    size: size > 0 ? size : 13,
    align: asInteger(now.get(field.dict, 'Q')) ?? 0,
    ...place,
  };
}

/** Page and place of a widget: by its /P, else by the page whose /Annots holds it. */
export function widgetPlace(
  file: PdfFile,
  widget: PdfDict | undefined,
): { readonly page: PdfPage; readonly geometry: PageGeometry; readonly rect: Rect } | undefined {
  if (!widget) return undefined;
  const { now } = file;
  const pageRef = rawEntry(widget, 'P');
  const pages = listPages(now);
  const page =
    pages.find(({ ref }) => isKind(pageRef, 'ref') && ref.num === pageRef.num) ??
    pages.find(({ dict }) => {
      const annots = now.get(dict, 'Annots');
      return isKind(annots, 'array') && annots.items.some((item) => now.resolve(item) === widget);
    });
  const rect = rectOf(now, now.get(widget, 'Rect'));
  if (!page || !rect) return undefined;
  const geometry = pageGeometry(now, page);
  return { page, geometry, rect: geometry.toSeen(rect) };
}
