import { createHash } from 'node:crypto';
import { z } from 'zod';
import { concatBytes, fromUtf8 } from '@shared/kernel/bytes';
import { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { Operation } from '@shared/sync/operation';
import type { FilePort } from '../../platform/file-port';
import { readWorkFile, UnreadableWorkFile } from './work-file';

/** Whose work it is and when it was taken along, for people. */
export const WorkHead = z
  .object({
    version: z.literal(1),
    deviceName: z.string(),
    officeName: z.string(),
    /** Milliseconds since the epoch by that PC's wall clock. */
    createdAt: z.number(),
  })
  .readonly();
export type WorkHead = z.infer<typeof WorkHead>;

const NamedFile = z.object({ sha256: FileHash }).readonly();

export interface WorkFileAt {
  readonly files: FilePort;
  readonly path: string;
  readonly passphrase: string;
}

/** Told in the order of the file; operations come before files. */
export interface WorkVisitor {
  readonly operation: (operation: Operation) => Promise<void>;
  /** A whole file whose bytes fit its name. */
  readonly file: (sha256: FileHash, bytes: Uint8Array) => Promise<void>;
}

export type ReadWorkFailure = {
  readonly code: 'backup.not-ours' | 'backup.wrong-passphrase' | 'backup.damaged';
};

const codes = {
  notOurs: 'backup.not-ours',
  wrongPassphrase: 'backup.wrong-passphrase',
  damaged: 'backup.damaged',
} as const;

/** Reads a work file from the beginning to its end mark. What was told before a failure was whole. */
export async function readWork(
  at: WorkFileAt,
  visit: WorkVisitor,
): Promise<Result<WorkHead, ReadWorkFailure>> {
  let head: WorkHead | undefined;
  let file: { readonly sha256: FileHash; readonly parts: Uint8Array[] } | undefined;
  const endFile = async (): Promise<void> => {
    if (!file) return;
    const bytes = concatBytes(...file.parts);
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (hash !== file.sha256) throw new UnreadableWorkFile('damaged');
    await visit.file(file.sha256, bytes);
    file = undefined;
  };
  try {
    for await (const { kind, payload } of readWorkFile(at.files, at.path, at.passphrase)) {
      if (kind !== 'bytes') await endFile();
      if (kind === 'head') head = parse(WorkHead, payload);
      else if (kind === 'operation') await visit.operation(parse(Operation, payload));
      else if (kind === 'file') file = { sha256: parse(NamedFile, payload).sha256, parts: [] };
      else file?.parts.push(payload);
    }
    await endFile();
    return head ? ok(head) : err({ code: 'backup.damaged' });
  } catch (cause) {
    if (cause instanceof UnreadableWorkFile) return err({ code: codes[cause.reason] });
    throw cause;
  }
}

function parse<T extends z.ZodType>(shape: T, payload: Uint8Array): z.infer<T> {
  const parsed = shape.safeParse(JSON.parse(fromUtf8(payload)));
  if (!parsed.success) throw new UnreadableWorkFile('damaged');
  return parsed.data;
}
