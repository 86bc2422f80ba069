import { asInteger, asName, dictOf, isKind, rawEntry, type PdfDict } from './reader/objects';
import { catalogOf } from './reader/pages';
import type { PdfView } from './reader/pdf-file';
import { decodeTextString } from './reader/text-string';

/** Which fields a signature locks (FieldMDP, ISO 32000-1 §12.8.2.4). */
export type FieldLock =
  | { readonly action: 'All' }
  | { readonly action: 'Include' | 'Exclude'; readonly fields: readonly string[] };

/** What a certification allows (DocMDP, §12.8.2.2): 1 nothing, 2 filling and signing, 3 also annotations. */
export type CertificationLevel = 1 | 2 | 3;

export interface SignaturePermissions {
  readonly certification: CertificationLevel | undefined;
  readonly lock: FieldLock | undefined;
}

/** Transforms named in /Reference of a signature dictionary. */
export function readPermissions(view: PdfView, signature: PdfDict): SignaturePermissions {
  const references = view.get(signature, 'Reference');
  let certification: CertificationLevel | undefined;
  let lock: FieldLock | undefined;
  for (const item of isKind(references, 'array') ? references.items : []) {
    const reference = dictOf(view.resolve(item));
    const parameters = dictOf(view.get(reference, 'TransformParams'));
    const method = asName(view.get(reference, 'TransformMethod'));
    if (method === 'DocMDP') {
      const level = asInteger(view.get(parameters, 'P')) ?? 2;
      certification = level === 1 || level === 3 ? level : 2;
    }
    if (method === 'FieldMDP' && parameters) lock = readFieldLock(view, parameters);
  }
  return { certification, lock };
}

/** /Lock of a signature field and /TransformParams of FieldMDP have the same entries. */
export function readFieldLock(view: PdfView, dict: PdfDict): FieldLock {
  const action = asName(view.get(dict, 'Action'));
  if (action !== 'Include' && action !== 'Exclude') return { action: 'All' };
  const names = view.get(dict, 'Fields');
  const fields = isKind(names, 'array')
    ? names.items.flatMap((item) => {
        const name = view.resolve(item);
        return isKind(name, 'string') ? [decodeTextString(name.bytes)] : [];
      })
    : [];
  return { action, fields };
}

/** A name in a lock stands for the field and everything below it. */
export function isLocked(lock: FieldLock, field: string): boolean {
  if (lock.action === 'All') return true;
  const isNamed = lock.fields.some((name) => field === name || field.startsWith(`${name}.`));
  return lock.action === 'Include' ? isNamed : !isNamed;
}

/** The signature dictionary that certifies the document, by /Perms /DocMDP (§12.8.4). */
export function certificationOf(view: PdfView): CertificationLevel | undefined {
  const perms = dictOf(view.get(catalogOf(view), 'Perms'));
  const signature = dictOf(view.resolve(rawEntry(perms, 'DocMDP')));
  return signature && readPermissions(view, signature).certification;
}
