import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { Bridge, ImportedFile } from '@shared/ipc/contract';
import { err, type Result } from '@shared/kernel/result';
import { ask } from './bridge';

/** Bytes of one piece; main takes at most 1 MiB. */
const CHUNK_BYTES = 512 * 1024;

/**
 * Hands a file to main piece by piece; main keeps it in memory until it has looked for a secrecy mark. Only for files
 * of a form on which the statement of van-ban.md §6.2(1) is ticked.
 *
 * @param onProgress told how many bytes main has, after each piece
 * @param signal stops the handing over; main then drops what it has
 */
export async function importFile(
  bridge: Bridge,
  file: File,
  role: AttachedFile['role'],
  onProgress: (sentBytes: number) => void,
  signal?: AbortSignal,
): Promise<Result<ImportedFile>> {
  const begun = await ask(bridge, 'files.beginImport', {
    name: file.name.slice(0, 255),
    sizeBytes: file.size,
    role,
    notSecretConfirmed: true,
  });
  if (!begun.ok) return begun;
  const { importId } = begun.value;
  for (let index = 0; index * CHUNK_BYTES < file.size; index++) {
    const end = Math.min(file.size, (index + 1) * CHUNK_BYTES);
    const data = await readPiece(file, index * CHUNK_BYTES, end);
    if (!data || signal?.aborted) return err({ code: 'files.import-unknown' });
    const taken = await ask(bridge, 'files.importChunk', { importId, index, data });
    if (!taken.ok) return taken;
    onProgress(end);
  }
  return ask(bridge, 'files.finishImport', { importId });
}

/** Undefined when the file was moved, changed or locked since it was chosen. */
async function readPiece(
  file: File,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch {
    return undefined;
  }
}
