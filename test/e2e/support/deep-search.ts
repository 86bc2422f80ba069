import { bytesOf, filesBelow } from '../../support/files-below';
import { logRecords, packedValues, tableBlocks } from '../../support/storage-bytes';

/**
 * Files below a folder that hold the text: in UTF-8, in UTF-16LE (as V8 stores Vietnamese), in the base64 of either;
 * in the raw bytes, in unpacked blocks of LevelDB and in values that IndexedDB has packed (§7.3).
 */
export function searchDeeply(folder: string, marker: string): readonly string[] {
  const needles = needlesOf(marker);
  return filesBelow(folder).filter((path) =>
    surfacesOf(path).some((bytes) => needles.some((one) => bytes.includes(one))),
  );
}

function needlesOf(marker: string): readonly Buffer[] {
  const forms = [
    Buffer.from(marker),
    Buffer.from(marker, 'utf16le'),
    Buffer.from(marker, 'latin1'),
  ];
  const inBase64 = forms.flatMap((form) => [0, 1, 2].map((shift) => base64Within(form, shift)));
  return [
    ...forms,
    ...inBase64.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')]),
  ];
}

/** The letters that bytes give in base64 after `shift` bytes before them, without those that neighbours change. */
function base64Within(form: Buffer, shift: number): string {
  const padded = Buffer.concat([Buffer.alloc(shift), form]).toString('base64');
  return padded.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + form.length) * 8) / 6) - 1);
}

function surfacesOf(path: string): readonly Buffer[] {
  const raw = bytesOf(path);
  const blocks = /\.(ldb|sst)$/.test(path) ? tableBlocks(raw) : [];
  const records = /\.log$|MANIFEST/.test(path) ? [logRecords(raw)] : [];
  const plain = [raw, ...blocks, ...records];
  return [...plain, ...plain.flatMap((bytes) => packedValues(bytes))].map((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
}
