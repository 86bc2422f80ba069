import { utf8 } from '@shared/kernel/bytes';
import { canonicalJson, type JsonObject } from '@shared/kernel/canonical-json';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import type { JournalState } from '@shared/sync/journal-state';
import type { Operation } from '@shared/sync/operation';
import { isDiskFull, type FilePort } from '../../platform/file-port';
import { readWork, type WorkHead } from './read-work';
import { writeWorkFile, type Frame } from './work-file';

const PART_BYTES = 1024 * 1024;

/** Files by hash, as the content store gives them. */
export interface StoredFiles {
  readonly sizeOf: (sha256: FileHash) => Promise<number | undefined>;
  readonly read: (sha256: FileHash, start: number, end: number) => Promise<Result<Uint8Array>>;
}

export interface ExportWork {
  readonly files: FilePort;
  readonly stored: StoredFiles;
  readonly state: Pick<JournalState, 'pending' | 'unsentFiles'>;
  readonly head: WorkHead;
  readonly path: string;
  readonly passphrase: string;
}

export interface Exported {
  readonly operations: number;
  readonly files: number;
}

export type ExportFailure = {
  readonly code: 'backup.nothing-pending' | 'backup.disk-full' | 'backup.write-failed';
};

/**
 * Writes the pending operations of this PC, signed and numbered as they are, with the files that the server does not
 * hold, and reads everything back before it says done (§15, T-13). The journal keeps them: the outcomes come later by
 * the ordinary way.
 */
export async function exportWork(work: ExportWork): Promise<Result<Exported, ExportFailure>> {
  const operations = work.state.pending();
  const files: FileHash[] = [];
  for (const sha256 of work.state.unsentFiles())
    if ((await work.stored.sizeOf(sha256)) !== undefined) files.push(sha256);
  if (operations.length + files.length === 0) return err({ code: 'backup.nothing-pending' });
  try {
    await writeWorkFile(work.files, work.path, work.passphrase, framesOf(work, operations, files));
  } catch (cause) {
    return err({ code: isDiskFull(cause) ? 'backup.disk-full' : 'backup.write-failed' });
  }
  const again = await readBack(work);
  return again.operations === operations.length && again.files === files.length
    ? ok(again)
    : err({ code: 'backup.write-failed' });
}

async function* framesOf(
  { head, stored }: ExportWork,
  operations: readonly Operation[],
  files: readonly FileHash[],
): AsyncGenerator<Frame> {
  yield { kind: 'head', payload: json(head) };
  for (const operation of operations)
    yield { kind: 'operation', payload: json(operation as unknown as JsonObject) };
  for (const sha256 of files) {
    yield { kind: 'file', payload: json({ sha256 }) };
    const size = (await stored.sizeOf(sha256)) ?? 0;
    for (let start = 0; start < size; start += PART_BYTES) {
      const part = await stored.read(sha256, start, start + PART_BYTES);
      if (!part.ok) throw new Error(`a pinned file cannot be read: ${part.error.code}`);
      yield { kind: 'bytes', payload: part.value };
    }
  }
}

/** What really lies on the stick. */
async function readBack({ files, path, passphrase }: ExportWork): Promise<Exported> {
  let [operations, whole] = [0, 0];
  const read = await readWork(
    { files, path, passphrase },
    {
      operation: async () => void (operations += 1),
      file: async () => void (whole += 1),
    },
  );
  return read.ok ? { operations, files: whole } : { operations: -1, files: -1 };
}

const json = (value: JsonObject | WorkHead): Uint8Array => utf8(canonicalJson(value));
