import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { createImportFile } from '../../../../src/main/features/files/import-file';
import { createReadPdfText } from '../../../../src/main/features/files/pdf-text';
import { MAX_FILE_BYTES } from '@shared/protocol/file-message';
import { smallPdf } from '../../../support/small-pdf';
import { temporaryFolder } from '../../../support/temporary-folder';
import { buildWorker } from '../../../support/worker-bundle';

const textWorker = await buildWorker('text-worker');
const readPdfText = createReadPdfText(textWorker);
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/pdf/${name}`, import.meta.url)));

function anImport(reader = readPdfText) {
  const folder = join(temporaryFolder(), 'files');
  const refusals: true[] = [];
  const importFile = createImportFile({
    store: createContentStore(folder, new Uint8Array(32).fill(3)),
    readPdfText: reader,
    refused: () => refusals.push(true),
  });
  const take = async (bytes: Uint8Array, name = 'van-ban.pdf') => {
    const begun = importFile.begin({ name, sizeBytes: bytes.length, role: 'banQuet' });
    if (!begun.ok) return begun;
    importFile.takeChunk(begun.value.importId, 0, bytes);
    return importFile.finish(begun.value.importId);
  };
  return {
    importFile,
    refusals,
    take,
    onDisk: () => readdir(folder, { recursive: true }).catch(() => []),
  };
}

test.each([
  ['an encrypted PDF', fixture('encrypted.pdf'), 'pdf.encrypted'],
  [
    'a PDF that is cut in the middle',
    new Uint8Array(smallPdf({ pages: [['A']] })).slice(0, 90),
    'pdf.broken',
  ],
  ['a marked one', new Uint8Array(smallPdf({ pages: [['TUYỆT MẬT']] })), 'secrecy.mark-found'],
])(
  'van-ban.md §6.2: %s is refused, and nothing of it reaches the disk',
  async (_what, bytes, code) => {
    const { take, onDisk, refusals } = anImport();

    expect(await take(bytes)).toEqual({ ok: false, error: { code } });
    expect(await onDisk()).toEqual([]);
    expect(refusals).toHaveLength(code === 'secrecy.mark-found' ? 1 : 0);
  },
);

test('A-5: a good PDF that a busy machine has not read in time is not called broken', async () => {
  const { take, onDisk } = anImport(createReadPdfText(textWorker, 0));

  const taken = await take(new Uint8Array(smallPdf({ pages: [['A']] })));

  expect(taken).toEqual({ ok: false, error: { code: 'pdf.too-slow' } });
  expect(await onDisk()).toEqual([]);
});

test('sync §10: a file over 200 MB is refused before its first byte, an empty one too', () => {
  const { importFile } = anImport();
  const begin = (sizeBytes: number) =>
    importFile.begin({ name: 'quet.pdf', sizeBytes, role: 'banQuet' });

  expect(begin(MAX_FILE_BYTES + 1)).toEqual({ ok: false, error: { code: 'files.too-large' } });
  expect(begin(0)).toEqual({ ok: false, error: { code: 'files.empty' } });
  expect(begin(MAX_FILE_BYTES).ok).toBe(true);
});

test('what a file is comes from its bytes: a name ending in .pdf makes no PDF', async () => {
  const { take } = anImport();

  const taken = await take(new TextEncoder().encode('Đây không phải PDF'), 'to-trinh.pdf');

  expect(taken).toMatchObject({ ok: true, value: { file: { mime: 'application/octet-stream' } } });
});

test('chunks out of their order and imports nobody began are refused', () => {
  const { importFile } = anImport();
  const begun = importFile.begin({ name: 'a.pdf', sizeBytes: 10, role: 'chinh' });
  const importId = begun.ok ? begun.value.importId : '';

  expect(importFile.takeChunk(importId, 1, new Uint8Array(5)).ok).toBe(false);
  expect(importFile.takeChunk('unknown', 0, new Uint8Array(5)).ok).toBe(false);
});
