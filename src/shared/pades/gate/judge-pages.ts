import { gateFinding, type GateFinding } from '../../domain/signing/gate-finding';
import { fieldNames } from '../field-names';
import { intersect, pageGeometry, rectOf, type Rect } from '../geometry';
import type { FormTree } from '../reader/form';
import { asInteger, asName, dictOf, isKind, rawEntry, type PdfDict } from '../reader/objects';
import type { PdfPage } from '../reader/pages';
import type { PdfFile, PdfView } from '../reader/pdf-file';
import { PdfProblem } from '../reader/problem';
import { isPlainLink } from './judge-object';
import { createContentReader, type PageContent } from './page-content';

/** Flags of an annotation (ISO 32000-2 §12.5.3). */
const HIDDEN = 2;
const PRINT = 4;
const NO_VIEW = 32;

/** What is seen of pages: text and pictures, where they lie, and what lies over them (S-18). */
export function judgePages(
  file: PdfFile,
  pages: readonly PdfPage[],
  form: FormTree,
): readonly GateFinding[] {
  const read = createContentReader(file);
  const prepared = emptyPlaces(form);
  const findings: GateFinding[] = [];
  pages.forEach((page, index) => {
    const at = { page: index + 1 };
    const content = contentOf(() => read(page));
    if (!content) findings.push(gateFinding('unread-page', at));
    else findings.push(...judgeContent(content, seenPart(file.now, page), at));
    for (const annotation of annotationsOf(file.now, page)) {
      if (annotation.object === null || !prepared.has(annotation.object)) {
        findings.push(...judgeAnnotation(file.now, annotation, { content, ...at }));
      }
    }
  });
  return findings;
}

/** A page that no one can read is a finding; a limit ends the whole scan. */
function contentOf(read: () => PageContent): PageContent | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof PdfProblem && cause.failure.code === 'pdf.broken') return undefined;
    throw cause;
  }
}

const seenPart = (view: PdfView, page: PdfPage): Rect => {
  const geometry = pageGeometry(view, page);
  return geometry.toUser([0, 0, geometry.width, geometry.height]);
};

function judgeContent(
  { text, images }: PageContent,
  seen: Rect,
  at: { readonly page: number },
): readonly GateFinding[] {
  const isOutside = (box: Rect): boolean => intersect(widened(box), seen) === undefined;
  const invisible = text.filter(({ isInvisible }) => isInvisible);
  const isLayer = invisible.every(({ box }) =>
    images.some((image) => intersect(widened(box), image.box)),
  );
  return [
    ...(invisible.length === 0
      ? []
      : [isLayer ? gateFinding('text-layer') : gateFinding('hidden-text', at)]),
    ...([...text, ...images].some(({ box }) => isOutside(box))
      ? [gateFinding('outside-page', at)]
      : []),
  ];
}

/** Boxes without area still lie somewhere. */
const widened = ([left, bottom, right, top]: Rect): Rect => [
  left - 0.5,
  bottom - 0.5,
  right + 0.5,
  top + 0.5,
];

/** Widgets of our own fields that nothing was written into yet: they show nothing. */
const emptyPlaces = ({ fields }: FormTree): ReadonlySet<number> =>
  new Set(
    fields
      .filter(({ name, rawValue }) => ours.has(name) && rawValue === undefined)
      .flatMap(({ widgets }) => widgets.flatMap(({ ref }) => (ref ? [ref.num] : []))),
  );
const ours: ReadonlySet<string> = new Set(Object.values(fieldNames));

interface Annotation {
  readonly dict: PdfDict;
  readonly object: number | null;
}

function annotationsOf(view: PdfView, { dict }: PdfPage): readonly Annotation[] {
  const list = view.get(dict, 'Annots');
  return (isKind(list, 'array') ? list.items : []).flatMap((item) => {
    const annotation = dictOf(view.resolve(item));
    return annotation ? [{ dict: annotation, object: isKind(item, 'ref') ? item.num : null }] : [];
  });
}

function judgeAnnotation(
  view: PdfView,
  { dict, object }: Annotation,
  { page, content }: { readonly page: number; readonly content: PageContent | undefined },
): readonly GateFinding[] {
  const at = { page, object };
  const kind = asName(view.get(dict, 'Subtype'));
  const rect = rectOf(view, view.get(dict, 'Rect'));
  const action = dictOf(view.get(dict, 'A'));
  const link = isPlainLink(view, action) ? [gateFinding('link', at)] : [];
  const isDrawn = kind !== 'Popup' && (kind !== 'Link' || rawEntry(dict, 'AP') !== undefined);
  if (!rect || rect[0] === rect[2] || rect[1] === rect[3] || !isDrawn) return link;
  const flags = asInteger(view.get(dict, 'F')) ?? 0;
  if ((flags & HIDDEN) !== 0) return [...link, gateFinding('annotation-hidden', at)];
  if ((flags & NO_VIEW) !== 0) {
    const code = (flags & PRINT) === 0 ? 'annotation-hidden' : 'print-differs';
    return [...link, gateFinding(code, at)];
  }
  const covers = content === undefined || content.text.some(({ box }) => intersect(box, rect));
  return covers ? [...link, gateFinding('covers-text', at)] : link;
}
