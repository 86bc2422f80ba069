import { invariant } from '../kernel/assert';
import { toHex } from '../kernel/bytes';
import { err, ok, type Result } from '../kernel/result';
import { appendRevision, objectNumbers, type AppendFailure, type ObjectChange } from './append';
import { certificationOf } from './permissions';
import type { PadesPlatform } from './platform';
import { dictOf, isKind, rawEntry, type PdfDict, type PdfValue } from './reader/objects';
import { catalogOf } from './reader/pages';
import { openPdf, type PdfFile } from './reader/pdf-file';
import { readingPdf, type PdfFailure } from './reader/problem';
import type { PermissionFailure } from './signing-permission';
import { asText, dictText, editDict, refText, streamBody, type DictChanges } from './syntax';

/** What one signature of a file can be judged with years later; all DER. */
export interface ValidationData {
  /** Value of the signature's /Contents with its padding. */
  readonly contents: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

export type SecurityStoreFailure = PdfFailure | AppendFailure | PermissionFailure;

/**
 * Adds validation data to the document's security store as an increment of its own (ETSI EN 319 142-1 §5.4.2, S-16).
 *
 * What other programs put there stays; what is there already is not added again. Refused after a certification that
 * forbids every change: some readers object to anything there.
 *
 * @returns the same bytes when nothing is new
 */
export function addValidationData(
  platform: PadesPlatform,
  bytes: Uint8Array,
  data: readonly ValidationData[],
): Result<Uint8Array, SecurityStoreFailure> {
  const opened = openPdf(platform, bytes);
  if (!opened.ok) return opened;
  const level = certificationOf(opened.value.now);
  if (level === 1) return err({ code: 'signing.certified', level });
  const written = readingPdf(() => storeChanges(opened.value, data));
  if (!written.ok) return written;
  if (written.value.length === 0) return ok(bytes);
  const appended = appendRevision(opened.value, written.value);
  return appended.ok ? ok(appended.value.bytes) : appended;
}

/** The lists of the store, and what the same lists are called for one signature (VRI). */
const lists = [
  { key: 'Certs', ofSignature: 'Cert', from: 'certificates' },
  { key: 'OCSPs', ofSignature: 'OCSP', from: 'ocsps' },
  { key: 'CRLs', ofSignature: 'CRL', from: 'crls' },
] as const;

function storeChanges(file: PdfFile, data: readonly ValidationData[]): readonly ObjectChange[] {
  const { now } = file;
  const root = rawEntry(now.trailer, 'Root');
  const catalog = isKind(root, 'ref') ? now.find(root.num) : undefined;
  invariant(catalog !== undefined, 'an opened file has a catalogue');
  const raw = rawEntry(catalogOf(now), 'DSS');
  const storeSource = isKind(raw, 'ref') ? now.find(raw.num)?.source : undefined;
  const store = { dict: dictOf(now.resolve(raw)), source: storeSource ?? catalog.source };
  const nextNumber = objectNumbers(file);
  const streams = streamsOf(file, store.dict, nextNumber);
  const vri = vriChanges(file, store, data, streams.refOf);
  // Every signature of ours is in the VRI: a store without a new stream has nothing new to say.
  if (streams.changes.length === 0) return [];

  const grown = lists.flatMap(({ key }) => {
    const added = streams.added(key);
    return added.length === 0
      ? []
      : [[key, `[${[...refsIn(file, store.dict, key), ...added].join(' ')}]`] as const];
  });
  const written = edited(file, store.source, raw, { ...Object.fromEntries(grown), VRI: vri.text });
  if (isKind(raw, 'ref')) return [...streams.changes, ...vri.changes, ...written.changes];
  const body = editDict(catalog.source, catalogOf(now), { DSS: written.text });
  return [...streams.changes, ...vri.changes, { num: catalog.num, gen: catalog.gen, body }];
}

/** Streams by their bytes: those of the store as it is, and new ones for what it lacks. */
function streamsOf(file: PdfFile, store: PdfDict | undefined, nextNumber: () => number) {
  const { now, platform } = file;
  const known = new Map<string, string>();
  const nameOf = (key: string, der: Uint8Array): string =>
    `${key} ${toHex(platform.digest('SHA-256', der))}`;
  for (const { key } of lists) {
    for (const ref of refItems(file, store, key)) {
      const stream = now.resolve(ref);
      const der = isKind(stream, 'stream') ? readingPdf(() => file.decode(stream, now)) : undefined;
      if (der?.ok) known.set(nameOf(key, der.value), refText(ref));
    }
  }
  const changes: ObjectChange[] = [];
  const added = new Map<string, readonly string[]>();
  return {
    changes,
    added: (key: string) => added.get(key) ?? [],
    refOf: (key: string, der: Uint8Array): string => {
      const name = nameOf(key, der);
      const held = known.get(name);
      if (held !== undefined) return held;
      const num = nextNumber();
      const ref = refText({ num });
      const body = streamBody([['Filter', '/FlateDecode']], platform.deflate(der));
      changes.push({ num, gen: 0, body });
      known.set(name, ref);
      added.set(key, [...(added.get(key) ?? []), ref]);
      return ref;
    },
  };
}

/** An entry a signature, named by the SHA-1 of its value with the padding (§5.4.2.3). */
function vriChanges(
  file: PdfFile,
  store: { readonly dict: PdfDict | undefined; readonly source: Uint8Array },
  data: readonly ValidationData[],
  refOf: (key: string, der: Uint8Array) => string,
) {
  const raw = rawEntry(store.dict, 'VRI');
  const vri = dictOf(file.now.resolve(raw));
  const source = (isKind(raw, 'ref') && file.now.find(raw.num)?.source) || store.source;
  const changes: ObjectChange[] = [];
  const entries = data.map((one) => {
    const name = toHex(file.platform.digest('SHA-1', one.contents)).toUpperCase();
    const rawOwn = rawEntry(vri, name);
    const own = dictOf(file.now.resolve(rawOwn));
    const arrays = lists.flatMap(({ key, ofSignature, from }) => {
      const wanted = one[from].map((der) => refOf(key, der));
      const refs = new Set([...refsIn(file, own, ofSignature), ...wanted]);
      return refs.size === 0 ? [] : [[ofSignature, `[${[...refs].join(' ')}]`] as const];
    });
    const written = edited(file, source, rawOwn, Object.fromEntries(arrays));
    changes.push(...written.changes);
    return [name, written.text] as const;
  });
  const written = edited(file, store.source, raw, Object.fromEntries(entries));
  return { text: written.text, changes: [...changes, ...written.changes] };
}

function refItems(file: PdfFile, dict: PdfDict | undefined, key: string) {
  const list = file.now.get(dict, key);
  return (isKind(list, 'array') ? list.items : []).flatMap((item) =>
    isKind(item, 'ref') ? [item] : [],
  );
}

const refsIn = (file: PdfFile, dict: PdfDict | undefined, key: string): readonly string[] =>
  refItems(file, dict, key).map((ref) => refText(ref));

/** A dictionary with entries changed: the object it is, or the text for the one that holds it; a new one where none is. */
function edited(
  file: PdfFile,
  holder: Uint8Array,
  raw: PdfValue | undefined,
  changes: DictChanges,
): { readonly text: string; readonly changes: readonly ObjectChange[] } {
  const dict = dictOf(file.now.resolve(raw));
  if (!dict) return { text: dictText(Object.entries(changes)), changes: [] };
  const object = isKind(raw, 'ref') ? file.now.find(raw.num) : undefined;
  const body = editDict(object?.source ?? holder, dict, changes);
  return object
    ? { text: refText(object), changes: [{ num: object.num, gen: object.gen, body }] }
    : { text: asText(body), changes: [] };
}
