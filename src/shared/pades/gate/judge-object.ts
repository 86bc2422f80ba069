import { gateFinding, type GateCode, type GateFinding } from '../../domain/signing/gate-finding';
import { asName, dictOf, isKind, rawEntry, type PdfDict, type PdfStream } from '../reader/objects';
import type { PdfView } from '../reader/pdf-file';
import { asText } from '../syntax';

/** Actions (ISO 32000-2 §12.6.4) that need no word when a document is opened. */
const quietAtOpening: ReadonlySet<string> = new Set([
  'GoTo',
  'Named',
  'Thread',
  // Told as a script.
  'JavaScript',
]);
const actions: ReadonlySet<string> = new Set([
  'Launch',
  'SubmitForm',
  'ImportData',
  'ResetForm',
  'GoToR',
  'GoToE',
  'GoToDp',
  'Hide',
  'SetOCGState',
  'Rendition',
  'Movie',
  'Sound',
  'Trans',
  'GoTo3DView',
  'RichMediaExecute',
]);
const carriers: ReadonlySet<string> = new Set([
  'FileAttachment',
  'RichMedia',
  '3D',
  'Movie',
  'Sound',
  'Screen',
]);

/** What one dictionary or stream, wherever it is used, says about the document (S-18). */
export function judgeObject(
  view: PdfView,
  value: PdfDict | PdfStream,
  object: number | null,
): readonly GateFinding[] {
  const dict = dictOf(value);
  const rules: readonly (readonly [GateCode, boolean])[] = [
    ['script', runsScript(view, dict)],
    ['action', acts(view, dict)],
    ['embedded', carries(view, dict)],
    ['xfa', view.get(dict, 'XFA') !== null],
    ['print-differs', isKind(view.get(dict, 'Alternates'), 'array')],
    ['external', pointsOutside(view, value)],
  ];
  return rules.flatMap(([code, holds]) => (holds ? [gateFinding(code, { object })] : []));
}

const runsScript = (view: PdfView, dict: PdfDict | undefined): boolean =>
  asName(view.get(dict, 'S')) === 'JavaScript' ||
  view.get(dict, 'JS') !== null ||
  [view.get(dict, 'Subtype'), view.get(dict, 'Subtype2')].some((name) => asName(name) === 'PS');

function acts(view: PdfView, dict: PdfDict | undefined): boolean {
  const kind = asName(view.get(dict, 'S'));
  if (kind !== undefined && actions.has(kind)) return true;
  if (kind === 'URI' && !isPlainLink(view, dict)) return true;
  // Done by itself, not by a person's click: /AA of pages, fields and the document, /OpenAction of the document.
  const atOpening = dictOf(view.get(dict, 'OpenAction'));
  const opens = asName(view.get(atOpening, 'S'));
  if (opens !== undefined && !quietAtOpening.has(opens)) return true;
  return (dictOf(view.get(dict, 'AA'))?.entries.size ?? 0) > 0;
}

export function isPlainLink(view: PdfView, action: PdfDict | undefined): boolean {
  const uri = view.get(action, 'URI');
  return isKind(uri, 'string') && /^(https?:\/\/|mailto:)/i.test(asText(uri.bytes));
}

const carries = (view: PdfView, dict: PdfDict | undefined): boolean =>
  view.get(dict, 'EF') !== null || carriers.has(asName(view.get(dict, 'Subtype')) ?? '');

/** Data of streams (§7.3.8.2), pages of other files (§8.10.4), pictures kept elsewhere (OPI), addresses as files. */
function pointsOutside(view: PdfView, value: PdfDict | PdfStream): boolean {
  if (isKind(value, 'dict')) return asName(view.get(value, 'FS')) === 'URL';
  const { dict } = value;
  const file = view.get(dict, 'F');
  const isForm = asName(view.get(dict, 'Subtype')) === 'Form';
  return (
    isKind(file, 'string') ||
    isKind(file, 'dict') ||
    (isForm && rawEntry(dict, 'Ref') !== undefined) ||
    rawEntry(dict, 'OPI') !== undefined
  );
}
