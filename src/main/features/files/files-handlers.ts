import { contract } from '@shared/ipc/contract';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { ContentStore } from './content-store';
import { convertDraft } from './convert-draft';
import type { FileTransfer } from './file-transfer';
import type { ImportFile } from './import-file';

/** What the calls need of an open workstation with somebody signed in. */
export interface FilesAt {
  readonly store: ContentStore;
  readonly transfer: FileTransfer;
  readonly importFile: ImportFile;
}

export interface FilesHandlersDeps extends LogDep {
  readonly at: () => Result<FilesAt>;
  /** Asks the user where to save a copy and writes it there; false when they thought better of it. */
  readonly saveCopy: (name: string, bytes: Uint8Array) => Promise<boolean>;
}

export function filesHandlers(deps: FilesHandlersDeps) {
  const withFiles =
    <I, T>(work: (at: FilesAt, input: I) => Promise<Result<T>> | Result<T>) =>
    async (input: I): Promise<Result<T>> => {
      const at = deps.at();
      return at.ok ? work(at.value, input) : at;
    };
  return {
    'files.beginImport': bind(
      deps,
      contract['files.beginImport'],
      withFiles(({ importFile }, request) => importFile.begin(request)),
    ),
    'files.importChunk': bind(
      deps,
      contract['files.importChunk'],
      withFiles(({ importFile }, { importId, index, data }) =>
        importFile.takeChunk(importId, index, data),
      ),
    ),
    'files.finishImport': bind(
      deps,
      contract['files.finishImport'],
      withFiles(({ importFile }, { importId }) => importFile.finish(importId)),
    ),
    'files.fetch': bind(deps, contract['files.fetch'], withFiles(fetchFile)),
    'files.saveCopy': bind(
      deps,
      contract['files.saveCopy'],
      withFiles(async (at, { sha256, name, firstBytes }) => {
        const bytes = await at.store.read(sha256, 0, firstBytes);
        return bytes.ok ? ok({ saved: await deps.saveCopy(name, bytes.value) }) : bytes;
      }),
    ),
    'files.convertDraft': bind(
      deps,
      contract['files.convertDraft'],
      withFiles(async (at, { sha256, name }) => {
        const draft = await at.store.read(sha256);
        if (!draft.ok) return draft;
        const pdf = await convertDraft(draft.value);
        if (!pdf.ok) return pdf;
        return at.importFile.keep(pdf.value, {
          name: name.replace(/\.docx$/i, '.pdf'),
          role: 'chinh',
        });
      }),
    ),
  };
}

/** Makes sure that a file is on this machine. */
export async function fetchFile(
  { store, transfer }: Pick<FilesAt, 'store' | 'transfer'>,
  { sha256 }: { readonly sha256: FileHash },
): Promise<Result<{ readonly sizeBytes: number }>> {
  if (!(await store.has(sha256))) {
    const fetched = await transfer.download(sha256);
    if (!fetched.ok) return fetched;
  }
  const sizeBytes = await store.sizeOf(sha256);
  return sizeBytes === undefined ? err({ code: 'files.missing' }) : ok({ sizeBytes });
}
