import { indexOfBytes } from '../reader/indirect';
import type { FormField, FormTree } from '../reader/form';
import { limits } from '../reader/limits';
import { dictOf, isKind, type PdfDict, type PdfObject } from '../reader/objects';
import type { PdfFile } from '../reader/pdf-file';
import { pastLimit } from '../reader/problem';

/** A signature dictionary that a field of the form holds. */
export interface DeclaredSignature {
  /** All fields that hold it; more than one is a trick (V-1). */
  readonly fields: readonly FormField[];
  readonly dict: PdfDict;
  /** False when it lies in an object stream, where no byte range can spare its /Contents. */
  readonly isPlain: boolean;
}

/** Signatures of the form in file order, without empty fields (V-1). */
export function listSignatures(file: PdfFile, form: FormTree): readonly DeclaredSignature[] {
  const found = new Map<PdfDict, FormField[]>();
  const plain = new Map<PdfDict, boolean>();
  for (const field of form.fields) {
    if (field.type !== 'Sig' || field.rawValue === undefined) continue;
    const dict = dictOf(file.now.resolve(field.rawValue));
    if (!dict) continue;
    const known = found.get(dict);
    if (known) known.push(field);
    else found.set(dict, [field]);
    plain.set(dict, !holderOf(file, field)?.isCompressed);
  }
  if (found.size > limits.signatures) throw pastLimit('signatures');
  return [...found]
    .map(([dict, fields]) => ({ dict, fields, isPlain: plain.get(dict) ?? false }))
    .toSorted((a, b) => a.dict.start - b.dict.start);
}

/** The object a signature dictionary lies in: its own, or the field's when it is written directly. */
function holderOf(file: PdfFile, field: FormField): PdfObject | undefined {
  const ref = isKind(field.rawValue, 'ref') ? field.rawValue : field.ref;
  return ref && file.now.find(ref.num);
}

/**
 * Offsets of signature dictionaries that no field of the present form holds (V-1): undeclared ones, ones a later revision
 * took away, and ones in bytes that no cross-reference reaches any more. Found by their /ByteRange, which must stand in
 * the file in plain bytes; so a signed file that was damaged never passes for an unsigned one.
 */
export function findUndeclared(
  file: PdfFile,
  declared: readonly DeclaredSignature[],
): readonly number[] {
  const objects = plainObjectOffsets(file);
  const found: number[] = [];
  for (let at = next(file, 0); at >= 0; at = next(file, at + 1)) {
    const isDeclared = declared.some(
      ({ dict, isPlain }) => isPlain && dict.start < at && at < dict.end,
    );
    if (!isDeclared && !isInStreamData(file, objects, at)) found.push(at);
    if (found.length > limits.signatures) throw pastLimit('signatures');
  }
  return found;
}

const next = (file: PdfFile, from: number): number => indexOfBytes(file.bytes, '/ByteRange', from);

interface PlacedObject {
  readonly offset: number;
  readonly num: number;
  readonly revision: number;
}

function plainObjectOffsets(file: PdfFile): readonly PlacedObject[] {
  return file.revisions
    .flatMap(({ index, sections }) =>
      sections.flatMap((section) =>
        [...section.entries].flatMap(([num, entry]) =>
          entry.type === 'offset' ? [{ offset: entry.offset, num, revision: index }] : [],
        ),
      ),
    )
    .toSorted((a, b) => a.offset - b.offset);
}

/** True when the place is data of a stream, an attached file for example, and so no syntax of this document. */
function isInStreamData(file: PdfFile, objects: readonly PlacedObject[], at: number): boolean {
  const holder = objects.findLast(({ offset }) => offset <= at);
  const value = holder && file.at(holder.revision).find(holder.num)?.value;
  return isKind(value, 'stream') && value.dataStart <= at && at < value.dataEnd;
}
