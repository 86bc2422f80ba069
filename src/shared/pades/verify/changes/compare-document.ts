import type { FormTree } from '../../reader/form';
import {
  asInteger,
  asName,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfValue,
} from '../../reader/objects';
import { catalogOf, type PdfPage } from '../../reader/pages';
import type { ReasonCode } from '../../../domain/signing/verification-reason';
import { differingKeys, isSame, type Comparison } from './same';
import type { Report } from './step';

/** Entries of the trailer that readers use; all others are housekeeping of the cross-reference. */
export function compareTrailers(comparison: Comparison, report: Report): void {
  const { older, newer } = comparison;
  const seen = new Set<number>();
  const same = (key: string): boolean =>
    isSame(comparison, rawEntry(older.trailer, key), rawEntry(newer.trailer, key), seen);
  const violation = (key: string) =>
    report({ kind: 'violation', code: 'change.trailer', where: `/${key}` });
  if (!same('Root')) violation('Root');
  if (!same('Encrypt')) violation('Encrypt');
  const firstId = (trailer: PdfDict): PdfValue | undefined => {
    const id = rawEntry(trailer, 'ID');
    return isKind(id, 'array') ? id.items[0] : undefined;
  };
  const was = firstId(older.trailer);
  if (was !== undefined && !isSame(comparison, was, firstId(newer.trailer), seen)) violation('ID');
  compareInfo(comparison, report);
}

/** Document information: dates and producer may change (V-7). */
function compareInfo(comparison: Comparison, report: Report): void {
  const { older, newer } = comparison;
  const was = dictOf(older.get(older.trailer, 'Info'));
  const is = dictOf(newer.get(newer.trailer, 'Info'));
  if (!was && !is) return;
  const mayChange = new Set(['ModDate', 'Producer', 'Creator', 'CreationDate']);
  const empty: PdfDict = { kind: 'dict', entries: new Map(), duplicates: [], start: 0, end: 0 };
  const seen = new Set<number>();
  const keys = differingKeys(comparison, was ?? empty, is ?? empty, { except: mayChange, seen });
  if (keys.length > 0) {
    report({ kind: 'violation', code: 'change.trailer', where: `/Info /${keys[0]}` });
  } else if (differingKeys(comparison, was ?? empty, is ?? empty, { seen: new Set() }).length > 0) {
    report({ kind: 'maintenance', where: '/Info' });
  }
}

/** The catalogue: form, validation data, metadata and extensions by their rules, everything else unchanged. */
export function compareCatalogs(comparison: Comparison, seen: Set<number>, report: Report): void {
  const was = catalogOf(comparison.older);
  const is = catalogOf(comparison.newer);
  const ruled = new Set(['AcroForm', 'DSS', 'Metadata', 'Extensions', 'Version', 'Pages']);
  for (const key of differingKeys(comparison, was, is, { except: ruled, seen })) {
    report({ kind: 'violation', code: 'change.catalog', where: `/${key}` });
  }
  const raw = (key: string) => [rawEntry(was, key), rawEntry(is, key)] as const;
  const [oldPages, newPages] = raw('Pages');
  if (!isSame(comparison, oldPages, newPages, seen)) {
    report({ kind: 'violation', code: 'change.page-tree', where: '/Pages' });
  }
  for (const key of ['Extensions', 'Version']) {
    const [before, after] = raw(key);
    // Not `seen`: what differs here by permission must still be compared where pages lead to it.
    if (isSame(comparison, before, after, new Set())) continue;
    report(
      before !== undefined && after === undefined
        ? { kind: 'violation', code: 'change.catalog', where: `/${key}` }
        : { kind: 'maintenance', where: `/${key}` },
    );
  }
  compareMetadata(comparison, raw('Metadata'), report);
  compareValidationData(comparison, raw('DSS'), report);
}

type Pair = readonly [PdfValue | undefined, PdfValue | undefined];

/** XMP may change in its dates, producer and instance id (V-7). */
function compareMetadata(comparison: Comparison, [before, after]: Pair, report: Report): void {
  if (isSame(comparison, before, after, new Set())) return;
  const { file, older, newer } = comparison;
  const was = older.resolve(before);
  const is = newer.resolve(after);
  const text = (value: PdfValue, view: typeof older): string | undefined =>
    isKind(value, 'stream') ? maskXmp(file.decode(value, view)) : undefined;
  const isFine = is !== null && (was === null || text(was, older) === text(is, newer));
  report(
    isFine
      ? { kind: 'maintenance', where: '/Metadata' }
      : { kind: 'violation', code: 'change.catalog', where: '/Metadata' },
  );
}

const volatile = 'ModifyDate|MetadataDate|CreateDate|Producer|CreatorTool|InstanceID|DocumentID';

function maskXmp(data: Uint8Array): string {
  return new TextDecoder('utf-8')
    .decode(data)
    .replace(new RegExp(`<\\w+:(${volatile})>[^<]*</\\w+:\\1>`, 'g'), '')
    .replace(new RegExp(`\\s\\w+:(?:${volatile})="[^"]*"`, 'g'), '')
    .replace(/\s+/g, '');
}

/** The security store (ETSI EN 319 142-1 §5.4.2): it may come and grow, and holds nothing that could be drawn. */
function compareValidationData(
  comparison: Comparison,
  [before, after]: Pair,
  report: Report,
): void {
  if (isSame(comparison, before, after, new Set())) return;
  const { older, newer } = comparison;
  const was = dictOf(older.resolve(before));
  const is = dictOf(newer.resolve(after));
  const streams = (store: PdfDict | undefined, key: string): readonly number[] => {
    const list = (store === was ? older : newer).get(store, key);
    return isKind(list, 'array')
      ? list.items.flatMap((item) => (isKind(item, 'ref') ? [item.num] : []))
      : [];
  };
  const keys = ['Certs', 'OCSPs', 'CRLs'];
  const isGrown =
    is !== undefined &&
    keys.every((key) => {
      const now = new Set(streams(is, key));
      return streams(was, key).every((num) => now.has(num));
    });
  const isPlain =
    is !== undefined &&
    keys
      .flatMap((key) => streams(is, key))
      .every((num) => {
        const dict = dictOf(newer.find(num)?.value);
        return dict !== undefined && !dict.entries.has('Subtype') && !dict.entries.has('Font');
      });
  report(
    isGrown && isPlain
      ? { kind: 'maintenance', where: '/DSS' }
      : { kind: 'violation', code: 'change.validation-data', where: '/DSS' },
  );
}

/** The form itself: /Fields by `compareFields`, /SigFlags freely, /DR only by addition; nothing that redraws fields. */
export function compareForms(
  comparison: Comparison,
  forms: { readonly older: FormTree; readonly newer: FormTree },
  report: Report,
): void {
  const was = forms.older.dict;
  const is = forms.newer.dict;
  const violation = (key: string, code: ReasonCode = 'change.form') =>
    report({ kind: 'violation', code, where: `/AcroForm ${key}` });
  if (!is) {
    if (was) violation('removed');
    return;
  }
  const harmlessNew = new Set(['Fields', 'SigFlags', 'DR', 'DA']);
  if (!was) {
    const odd = [...is.entries.keys()].find((key) => !harmlessNew.has(key));
    if (odd !== undefined) violation(`/${odd}`);
    return;
  }
  const except = new Set(['Fields', 'SigFlags', 'DR']);
  for (const key of differingKeys(comparison, was, is, { except, seen: new Set() })) {
    // A default look where there was none redraws nothing: signing programs add it with their field.
    if (key === 'DA' && !was.entries.has('DA')) continue;
    violation(`/${key}`);
  }
  const flags = (view: typeof comparison.older, form: PdfDict) =>
    asInteger(view.get(form, 'SigFlags')) ?? 0;
  const lost = flags(comparison.older, was) & ~flags(comparison.newer, is);
  if (lost !== 0) violation('/SigFlags');
  if (!isExtended(comparison, rawEntry(was, 'DR'), rawEntry(is, 'DR'), 0)) violation('/DR');
}

/** Everything that was in the dictionary is in it unchanged; two levels of dictionaries may have grown. */
function isExtended(
  comparison: Comparison,
  before: PdfValue | undefined,
  after: PdfValue | undefined,
  depth: number,
): boolean {
  const was = dictOf(comparison.older.resolve(before));
  const is = dictOf(comparison.newer.resolve(after));
  if (!was) return true;
  if (!is) return false;
  return [...was.entries].every(([key, { value }]) => {
    const other = rawEntry(is, key);
    if (other === undefined) return false;
    if (isSame(comparison, value, other, new Set())) return true;
    return depth < 1 && isExtended(comparison, value, other, depth + 1);
  });
}

/** A page: everything unchanged but /Annots, which may grow by widgets of new signature fields. */
export function comparePages(
  comparison: Comparison,
  pages: { readonly older: PdfPage; readonly newer: PdfPage; readonly label: string },
  context: {
    readonly seen: Set<number>;
    readonly forms: { readonly older: FormTree; readonly newer: FormTree };
    readonly report: Report;
  },
): void {
  const { older, newer, label } = pages;
  const { seen, report, forms } = context;
  const keys = differingKeys(comparison, older.dict, newer.dict, {
    except: new Set(['Annots']),
    seen,
  });
  for (const key of keys) {
    report({ kind: 'violation', code: 'change.page', where: `${label} /${key}` });
  }
  const annots = (page: PdfPage, view: typeof comparison.older): readonly PdfValue[] => {
    const list = view.get(page.dict, 'Annots');
    return isKind(list, 'array') ? list.items : [];
  };
  const before = annots(older, comparison.older);
  const after = annots(newer, comparison.newer);
  const oldNumbers = new Set(before.flatMap((item) => (isKind(item, 'ref') ? [item.num] : [])));
  const kept = after.filter((item) => !isKind(item, 'ref') || oldNumbers.has(item.num));
  const isKept =
    kept.length === before.length &&
    kept.every((item, i) => isSame(comparison, before[i], item, seen));
  if (!isKept) report({ kind: 'violation', code: 'change.annotation', where: label });
  for (const item of after) {
    if (!isKind(item, 'ref') || oldNumbers.has(item.num)) continue;
    const isNewWidget =
      forms.newer.nodes.has(item.num) &&
      !forms.older.nodes.has(item.num) &&
      forms.newer.fields.some(
        ({ type, widgets }) => type === 'Sig' && widgets.some(({ ref }) => ref?.num === item.num),
      );
    if (isNewWidget) continue;
    const subtype = asName(comparison.newer.get(dictOf(comparison.newer.resolve(item)), 'Subtype'));
    report(
      subtype === undefined || subtype === 'Widget'
        ? { kind: 'violation', code: 'change.annotation', where: label }
        : { kind: 'annotation', where: `${label} /${subtype}` },
    );
  }
}
