import { randomUUID } from 'node:crypto';
import type { ImportedFile } from '@shared/ipc/contract';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import { hasSecrecyMark } from '@shared/domain/secrecy/find-secrecy-mark';
import { concatBytes, fromUtf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { normaliseLine } from '@shared/kernel/vietnamese-text';
import { MAX_FILE_BYTES } from '@shared/protocol/file-message';
import type { ContentStore } from './content-store';
import type { ReadPdfText } from './pdf-text';

/** Pages that the secrecy detector reads (van-ban.md §6.2(2)). */
const DETECTOR_PAGES = 2;
/** Imports that a page may have open at a time; an abandoned one goes when a new one needs its place. */
const MOST_OPEN = 8;

export interface ImportRequest {
  readonly name: string;
  readonly sizeBytes: number;
  readonly role: AttachedFile['role'];
}

/**
 * Takes a file from the page in numbered chunks and keeps it in memory until the secrecy detector has seen it: not one
 * byte of a refused file reaches the disk (van-ban.md §6.2).
 */
export function createImportFile(deps: {
  readonly store: ContentStore;
  readonly readPdfText: ReadPdfText;
  /** Notes that a file was refused for its mark: the fact alone, no name, number or sender. */
  readonly refused: () => void;
}) {
  const open = new Map<
    string,
    { readonly request: ImportRequest; readonly chunks: Uint8Array[] }
  >();

  function begin(request: ImportRequest): Result<{ readonly importId: string }> {
    if (request.sizeBytes === 0) return err({ code: 'files.empty' });
    if (request.sizeBytes > MAX_FILE_BYTES) return err({ code: 'files.too-large' });
    if (open.size >= MOST_OPEN) open.delete(open.keys().next().value ?? '');
    const importId = randomUUID();
    open.set(importId, { request, chunks: [] });
    return ok({ importId });
  }

  function takeChunk(importId: string, index: number, bytes: Uint8Array): Result<undefined> {
    const found = open.get(importId);
    if (!found || found.chunks.length !== index) return err({ code: 'files.import-unknown' });
    found.chunks.push(bytes.slice());
    return ok(undefined);
  }

  async function finish(importId: string): Promise<Result<ImportedFile>> {
    const found = open.get(importId);
    open.delete(importId);
    if (!found) return err({ code: 'files.import-unknown' });
    const bytes = concatBytes(...found.chunks);
    if (bytes.length !== found.request.sizeBytes) return err({ code: 'files.import-unknown' });
    return keep(bytes, found.request);
  }

  /** Also for bytes that main itself made, such as a converted draft. */
  async function keep(
    bytes: Uint8Array,
    { name, role }: Pick<ImportRequest, 'name' | 'role'>,
  ): Promise<Result<ImportedFile>> {
    const mime = mimeOf(bytes, name);
    let pageCount: number | null = null;
    if (mime === 'application/pdf') {
      const text = await deps.readPdfText({ bytes: bytes.slice(), pages: DETECTOR_PAGES });
      if (text.status === 'encrypted') return err({ code: 'pdf.encrypted' });
      if (text.status === 'tooSlow') return err({ code: 'pdf.too-slow' });
      if (text.status !== 'read') return err({ code: 'pdf.broken' });
      if (hasSecrecyMark(text.lines)) {
        deps.refused();
        return err({ code: 'secrecy.mark-found' });
      }
      pageCount = text.pageCount;
    }
    const stored = await deps.store.put(bytes);
    if (!stored.ok) return stored;
    const file = AttachedFile.parse({
      sha256: stored.value,
      name: normaliseLine(name).slice(0, 200),
      sizeBytes: bytes.length,
      mime,
      role,
    });
    return ok({ file, pageCount });
  }

  return { begin, takeChunk, finish, keep };
}

export type ImportFile = ReturnType<typeof createImportFile>;

const OFFICE_TYPES: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** By magic bytes first; names lie (van-ban.md §4.4). */
export function mimeOf(bytes: Uint8Array, name: string): string {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (startsWith(bytes, '%PDF-')) return 'application/pdf';
  if (bytes[0] === 0x89 && startsWith(bytes.subarray(1), 'PNG')) return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg';
  if (startsWith(bytes, 'PK')) return OFFICE_TYPES[extension] ?? 'application/zip';
  return 'application/octet-stream';
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  try {
    return fromUtf8(bytes.subarray(0, text.length)) === text;
  } catch {
    return false;
  }
}
