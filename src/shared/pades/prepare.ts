import { err, ok, type Result } from '../kernel/result';
import { appendRevision, objectNumbers, type AppendFailure, type ObjectChange } from './append';
import { fieldNames, ITALIC_FONT, UPRIGHT_FONT } from './field-names';
import { embedFont } from './font/embed';
import type { FontFailure } from './font/truetype';
import { newFieldsInForm } from './form-changes';
import { uprightMatrix, type PageGeometry } from './geometry';
import { sealPlace, type FieldPlaces, type Place } from './places';
import type { PadesPlatform } from './platform';
import { findField, readForm } from './reader/form';
import { listPages } from './reader/pages';
import { openPdf, type PdfFile } from './reader/pdf-file';
import { readingPdf, type PdfFailure } from './reader/problem';
import { dictText, pdfBytes, rectText, refText, streamBody } from './syntax';
import { addToAnnots, locatePlace, type Located, type PlaceFailure } from './widget-page';

export interface PrepareOptions {
  readonly places: FieldPlaces;
  readonly fonts: {
    /** TrueType file for the number: Times New Roman's metric, upright. */
    readonly upright: Uint8Array;
    /** For the line of place and date, which the decree sets in italics. */
    readonly italic: Uint8Array;
  };
  /** Points; NĐ 30 asks 13 for the number, 13 to 14 for the date. */
  readonly fontSize?: number;
}

export type PrepareFailure =
  | PdfFailure
  | AppendFailure
  | FontFailure
  | { readonly code: 'signing.already-signed' }
  | { readonly code: 'signing.field-exists'; readonly field: string }
  | PlaceFailure;

/**
 * Adds the text fields `so` and `ngay` (and `thang`) and the signature fields `ky_ca_nhan` and `ky_co_quan` with fonts embedded in
 * /DR, so that what follows is form filling and signing only (S-9). Allowed before the first signature.
 *
 * `ky_co_quan` carries /Lock All (FieldMDP); /SigFlags is set here, so that signing need not touch the form.
 */
export function prepareFields(
  platform: PadesPlatform,
  bytes: Uint8Array,
  options: PrepareOptions,
): Result<Uint8Array<ArrayBuffer>, PrepareFailure> {
  const opened = openPdf(platform, bytes);
  if (!opened.ok) return opened;
  const read = readingPdf(() => prepareOpened(opened.value, options));
  return read.ok ? read.value : read;
}

function prepareOpened(
  file: PdfFile,
  options: PrepareOptions,
): Result<Uint8Array<ArrayBuffer>, PrepareFailure> {
  const form = readForm(file.now);
  if (form.fields.some((field) => field.type === 'Sig' && field.rawValue !== undefined)) {
    return err({ code: 'signing.already-signed' });
  }
  const nextNumber = objectNumbers(file);
  const upright = embedFont(file.platform, options.fonts.upright, nextNumber);
  if (!upright.ok) return upright;
  const italic = embedFont(file.platform, options.fonts.italic, nextNumber);
  if (!italic.ok) return italic;

  const widgets = planWidgets(options);
  const changes: ObjectChange[] = [...upright.value.changes, ...italic.value.changes];
  const fieldRefs: string[] = [];
  const refsByPage = new Map<number, string[]>();
  const pages = listPages(file.now);
  for (const widget of widgets) {
    if (findField(form, widget.name)) {
      return err({ code: 'signing.field-exists', field: widget.name });
    }
    const placed = locatePlace(file, pages, widget);
    if (!placed.ok) return placed;
    const num = nextNumber();
    const appearance = nextNumber();
    changes.push(
      { num: appearance, gen: 0, body: emptyAppearance(placed.value.geometry, widget.place) },
      { num, gen: 0, body: widgetBody(widget, placed.value, appearance) },
    );
    fieldRefs.push(refText({ num }));
    const onPage = refsByPage.get(placed.value.index) ?? [];
    refsByPage.set(placed.value.index, [...onPage, refText({ num })]);
  }
  for (const [index, refs] of refsByPage) {
    const page = pages[index];
    if (page) changes.push(addToAnnots(file, page, refs));
  }
  changes.push(
    ...newFieldsInForm(file, form, fieldRefs, {
      [UPRIGHT_FONT]: refText({ num: upright.value.num }),
      [ITALIC_FONT]: refText({ num: italic.value.num }),
    }),
  );
  const appended = appendRevision(file, changes);
  return appended.ok ? ok(appended.value.bytes) : appended;
}

interface WidgetPlan {
  readonly name: string;
  readonly place: Place;
  readonly entries: readonly (readonly [string, string])[];
}

function planWidgets({ places, fontSize = 13 }: PrepareOptions): readonly WidgetPlan[] {
  const text = (font: string, label: string): WidgetPlan['entries'] => [
    ['FT', '/Tx'],
    ['DA', `(/${font} ${fontSize} Tf 0 g)`],
    ['Q', '1'],
    // Print. /Ff stays 0: read-only comes with the seal's lock, never by changing flags (`van-ban.md` §3.7).
    ['F', '4'],
    ['TU', label],
  ];
  // Print and locked (S-13).
  const signature = (label: string): WidgetPlan['entries'] => [
    ['FT', '/Sig'],
    ['F', '132'],
    ['TU', label],
  ];
  return [
    { name: fieldNames.number, place: places.number, entries: text(UPRIGHT_FONT, '(So)') },
    { name: fieldNames.date, place: places.date, entries: text(ITALIC_FONT, '(Ngay)') },
    ...(places.month
      ? [{ name: fieldNames.month, place: places.month, entries: text(ITALIC_FONT, '(Thang)') }]
      : []),
    { name: fieldNames.leader, place: places.leader, entries: signature('(Ky ca nhan)') },
    {
      name: fieldNames.organ,
      place: places.organ ?? sealPlace(places.leader),
      entries: [
        ...signature('(Ky co quan)'),
        // ISO 32000-1 §12.7.4.5, table 233.
        ['Lock', '<< /Type /SigFieldLock /Action /All >>'],
      ],
    },
  ];
}

/** Field and widget in one dictionary (§12.5.6.19, §12.7.3). */
function widgetBody(
  widget: WidgetPlan,
  { page, geometry }: Located,
  appearance: number,
): Uint8Array {
  return pdfBytes(
    dictText([
      ['Type', '/Annot'],
      ['Subtype', '/Widget'],
      ['T', `(${widget.name})`],
      ...widget.entries,
      ['Rect', rectText(geometry.toUser(widget.place.rect))],
      ['P', refText(page.ref)],
      ['MK', geometry.rotate === 0 ? undefined : `<< /R ${geometry.rotate} >>`],
      ['AP', `<< /N ${refText({ num: appearance })} >>`],
    ]),
  );
}

/** A form XObject of the widget's size that draws nothing. */
function emptyAppearance(geometry: PageGeometry, place: Place): Uint8Array {
  const [left, bottom, right, top] = place.rect;
  return streamBody(
    [
      ['Type', '/XObject'],
      ['Subtype', '/Form'],
      ['BBox', rectText([0, 0, right - left, top - bottom])],
      ['Matrix', uprightMatrix(geometry.rotate)],
      ['Resources', '<< >>'],
    ],
    new Uint8Array(0),
  );
}
