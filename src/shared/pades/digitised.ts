import { gateFinding, type GateFinding } from '../domain/signing/gate-finding';
import type { Result } from '../kernel/result';
import { createContentReader, type DrawnImage, type PageContent } from './gate/page-content';
import { intersect, MM, pageGeometry, type Rect } from './geometry';
import type { PadesPlatform } from './platform';
import { indexOfBytes } from './reader/indirect';
import { asInteger, asName, asNumber, isKind, type PdfValue } from './reader/objects';
import { catalogOf, listPages, type PdfPage } from './reader/pages';
import { openPdf, type PdfFile, type PdfView } from './reader/pdf-file';
import { PdfProblem, readingPdf, type PdfFailure } from './reader/problem';

/** NĐ 30/2020/NĐ-CP Phụ lục I (VB038): PDF 1.4 or later, colour, 200 dpi, 1:1. */
const LEAST = { version: 1.4, dpi: 200, bits: 8 } as const;
/** Scanners round: one part in a hundred. */
const ROUNDING = 0.01;
/** Of the sheet that pictures must cover; scanners leave a rim out. */
const COVERED = 0.9;
/** A part of the sheet below which a picture is a spot that was cut out of the scan. */
const SPOT = 0.02;
/** Millimetres, upright: A3, A4, A5, A6, B5, F4, Letter, Legal. */
const papers: readonly (readonly [number, number])[] = [
  [297, 420],
  [210, 297],
  [148, 210],
  [105, 148],
  [176, 250],
  [210, 330],
  [216, 279],
  [216, 356],
];
const PAPER_TOLERANCE_MM = 5;
/** Papers that a copy is made of lie between an identity card and A3. */
const SHEET_MM = { shortest: 50, longest: 430 } as const;

/**
 * What speaks against taking a scan as the digitised form of a paper (van-ban.md §3.6). A page that only lacks a usual
 * size is left to the person who holds the paper: a land certificate is no A4.
 */
export function checkDigitised(
  platform: PadesPlatform,
  bytes: Uint8Array,
): Result<readonly GateFinding[], PdfFailure> {
  const opened = openPdf(platform, bytes);
  return opened.ok ? readingPdf(() => check(opened.value)) : opened;
}

function check(file: PdfFile): readonly GateFinding[] {
  const read = createContentReader(file);
  const pages = listPages(file.now).flatMap((page, index) => {
    const at = { page: index + 1 };
    const sheet = sheetOf(file.now, page);
    return [
      ...judgePictures(
        file,
        readOrNothing(() => read(page)),
        { ...sheet, at },
      ),
      ...judgeSize(sheet, at),
    ];
  });
  return [...(versionOf(file) < LEAST.version ? [gateFinding('scan-version')] : []), ...pages];
}

/** What a page that cannot be read shows is no picture; a limit ends the whole check. */
function readOrNothing(read: () => PageContent): readonly DrawnImage[] {
  try {
    return read().images;
  } catch (cause) {
    if (cause instanceof PdfProblem && cause.failure.code === 'pdf.broken') return [];
    throw cause;
  }
}

/** Of the header, or of the catalogue where that is later (ISO 32000-1 §7.2.2). */
function versionOf({ bytes, now }: PdfFile): number {
  const head = bytes.subarray(0, 1024);
  const at = indexOfBytes(head, '%PDF-');
  const written = String.fromCharCode(...head.subarray(at + 5, at + 8));
  const later = asName(now.get(catalogOf(now), 'Version')) ?? '0';
  return Math.max(Number(written) || 0, Number(later) || 0);
}

interface Sheet {
  /** The part that is seen, in the page's own units. */
  readonly seen: Rect;
  /** Millimetres. */
  readonly width: number;
  readonly height: number;
  /** Inches in one of the page's own units. */
  readonly unit: number;
}

function sheetOf(view: PdfView, page: PdfPage): Sheet {
  const { width, height, toUser } = pageGeometry(view, page);
  const unit = Math.max(0.001, asNumber(view.get(page.dict, 'UserUnit')) ?? 1) / 72;
  return { seen: toUser([0, 0, width, height]), width: width / MM, height: height / MM, unit };
}

function judgeSize(
  { width, height }: Sheet,
  at: { readonly page: number },
): readonly GateFinding[] {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short < SHEET_MM.shortest || long > SHEET_MM.longest) return [gateFinding('scan-scale', at)];
  const isUsual = papers.some(
    ([w, h]) =>
      Math.abs(short - w) <= PAPER_TOLERANCE_MM && Math.abs(long - h) <= PAPER_TOLERANCE_MM,
  );
  return isUsual ? [] : [gateFinding('scan-paper', at)];
}

function judgePictures(
  { now }: PdfFile,
  drawn: readonly DrawnImage[],
  { seen, unit, at }: Sheet & { readonly at: { readonly page: number } },
): readonly GateFinding[] {
  const pictures = drawn.filter(
    ({ box, dict }) =>
      shareOf(box, seen) >= SPOT && now.get(dict, 'ImageMask') !== true && dict !== undefined,
  );
  if (pictures.reduce((sum, { box }) => sum + shareOf(box, seen), 0) < COVERED)
    return [gateFinding('scan-no-picture', at)];
  const resolutions = pictures.map((picture) => resolutionOf(now, picture, unit));
  const isCoarse = resolutions.some((pair) => Math.min(...pair) < LEAST.dpi * (1 - ROUNDING));
  const isStretched = resolutions.some(
    ([across, up]) => Math.abs(across - up) > 2 * ROUNDING * Math.max(across, up),
  );
  return [
    ...(pictures.every((picture) => isColour(now, picture))
      ? []
      : [gateFinding('scan-not-colour', at)]),
    ...(isCoarse ? [gateFinding('scan-resolution', at)] : []),
    ...(isStretched ? [gateFinding('scan-scale', at)] : []),
  ];
}

const areaOf = ([left, bottom, right, top]: Rect): number => (right - left) * (top - bottom);

/** Part of the sheet that a picture covers. */
function shareOf(box: Rect, seen: Rect): number {
  const common = intersect(box, seen);
  return common ? areaOf(common) / areaOf(seen) : 0;
}

/** Dots to the inch, along both sides of the picture. */
function resolutionOf(
  view: PdfView,
  { dict, sides }: DrawnImage,
  unit: number,
): readonly [number, number] {
  const dots = (key: string, side: number): number =>
    (asInteger(view.get(dict, key)) ?? 0) / Math.max(side * unit, 0.001);
  return [dots('Width', sides[0]), dots('Height', sides[1])];
}

function isColour(view: PdfView, { dict }: DrawnImage): boolean {
  const space = view.get(dict, 'ColorSpace');
  // JPEG 2000 brings its own (ISO 32000-1 §7.4.9).
  if (space === null) return filtersOf(view, view.get(dict, 'Filter')).includes('JPXDecode');
  return (
    coloursIn(view, space) >= 3 &&
    (asInteger(view.get(dict, 'BitsPerComponent')) ?? LEAST.bits) >= bitsFor(space)
  );
}

/** A palette of colours needs fewer bits than the colours themselves. */
const bitsFor = (space: PdfValue): number =>
  isKind(space, 'array') && space.items.length === 4 ? 4 : LEAST.bits;

const filtersOf = (view: PdfView, value: PdfValue): readonly (string | undefined)[] =>
  isKind(value, 'array') ? value.items.map((item) => asName(view.resolve(item))) : [asName(value)];

/** Components of a colour space (ISO 32000-1 §8.6); 1 for grey, 0 for what cannot be told. */
function coloursIn(view: PdfView, space: PdfValue, depth = 0): number {
  const [family, second] = isKind(space, 'array') ? space.items.map(view.resolve) : [space];
  switch (asName(family) ?? '') {
    case 'DeviceRGB':
    case 'CalRGB':
    case 'Lab':
      return 3;
    case 'DeviceCMYK':
      return 4;
    case 'ICCBased':
      return isKind(second, 'stream') ? (asInteger(view.get(second.dict, 'N')) ?? 0) : 0;
    case 'Indexed':
      return depth > 0 ? 0 : coloursIn(view, second ?? null, 1);
    case 'DeviceGray':
    case 'CalGray':
      return 1;
    default:
      return 0;
  }
}
