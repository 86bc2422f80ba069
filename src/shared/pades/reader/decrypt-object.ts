import { asName, isKind, rawEntry, type PdfDict, type PdfObject, type PdfValue } from './objects';
import { broken } from './problem';
import type { SecurityHandler } from './security-handler';

/**
 * The object as it was before the file was encrypted; every place in it stays where it is. Left alone are
 * cross-reference streams, and the /Contents of a signature, which is never encrypted (ISO 32000-1 §7.6.1).
 */
export function decryptObject(object: PdfObject, handler: SecurityHandler): PdfObject {
  const { num, gen, value } = object;
  // Some signers write the texts of their dictionaries in the clear: what cannot be encrypted text stays as it is.
  const ofString = (data: Uint8Array): Uint8Array => handler.ofStrings(data, num, gen) ?? data;
  const ofStream = (data: Uint8Array): Uint8Array => {
    const plain = handler.ofStreams(data, num, gen);
    if (!plain) throw broken(`stream ${num} is not encrypted as it should be`);
    return plain;
  };
  if (!isKind(value, 'stream')) return { ...object, value: decryptValue(value, ofString) };
  const type = asName(rawEntry(value.dict, 'Type'));
  if (type === 'XRef') return object;
  const isPlain = hasOwnCipher(value.dict) || (type === 'Metadata' && !handler.encryptsMetadata);
  return {
    ...object,
    value: {
      ...value,
      dict: decryptDict(value.dict, ofString),
      ...(!isPlain && { decrypt: ofStream }),
    },
  };
}

/** §7.6.5: a filter /Crypt of its own; what names another cipher than /Identity is then not read as what it is. */
function hasOwnCipher(dict: PdfDict): boolean {
  const filter = rawEntry(dict, 'Filter');
  const first = isKind(filter, 'array') ? filter.items[0] : filter;
  return asName(first) === 'Crypt';
}

function decryptValue(value: PdfValue, decrypt: (data: Uint8Array) => Uint8Array): PdfValue {
  if (isKind(value, 'string')) return { ...value, bytes: decrypt(value.bytes) };
  if (isKind(value, 'array')) {
    return { ...value, items: value.items.map((item) => decryptValue(item, decrypt)) };
  }
  return isKind(value, 'dict') ? decryptDict(value, decrypt) : value;
}

function decryptDict(dict: PdfDict, decrypt: (data: Uint8Array) => Uint8Array): PdfDict {
  const isSignature = dict.entries.has('ByteRange');
  return {
    ...dict,
    entries: new Map(
      [...dict.entries].map(([key, entry]) => [
        key,
        isSignature && key === 'Contents'
          ? entry
          : { ...entry, value: decryptValue(entry.value, decrypt) },
      ]),
    ),
  };
}
