import type { z } from 'zod';
import type { FileHash } from '@shared/kernel/ids';
import { FileManifest, FileState, type FileAnnouncement } from '@shared/protocol/file-message';
import { RelayFileManifest, RelayFileState } from '@shared/protocol/relay-file';
import { sealedFile } from '@shared/relay/sealed-chunk';
import type { Scope } from '@shared/sync/record';
import { relayCipher, relayFileKey } from '../../platform/relay-cipher';

/** How one file travels on a line: plain to the province, sealed through a hub. */
export interface FileWay {
  readonly pathOf: (part: '' | '/chunks' | '/finish' | '/manifest', query?: Query) => string;
  readonly announcement: (sizeBytes: number, prefix: FileAnnouncement['prefix']) => unknown;
  readonly state: z.ZodType<FileState & Epoch>;
  readonly manifest: z.ZodType<{ readonly chunks: readonly FileHash[] } & Epoch>;
  /** A start that the other side holds already need not travel. */
  readonly takesPrefix: boolean;
  /** Undefined where the key is not here. */
  readonly seal: (
    epoch: number | undefined,
    i: number,
    bytes: Uint8Array,
  ) => Uint8Array | undefined;
  /** Undefined for what is not this chunk of this file. */
  readonly open: (epoch: number | undefined, i: number, sent: Uint8Array) => Uint8Array | undefined;
}

interface Query {
  readonly epoch?: number | undefined;
  /** Of the chunks that are asked for. */
  readonly indices?: readonly number[];
}

interface Epoch {
  readonly epoch?: number;
}

export const plainWay = (sha256: FileHash): FileWay => ({
  pathOf: (part, { indices } = {}) =>
    `/files/${sha256}${part}${indices ? `?i=${indices.join(',')}` : ''}`,
  announcement: (sizeBytes, prefix) => ({ sizeBytes, mime: 'application/octet-stream', prefix }),
  state: FileState,
  manifest: FileManifest,
  takesPrefix: true,
  seal: (_epoch, _i, bytes) => bytes,
  open: (_epoch, _i, sent) => sent,
});

/** For whom a file is sealed. */
export interface FileSeal {
  readonly scope: Scope;
  /** The newest key of the scope. */
  readonly epoch: number;
  readonly keyOf: (epoch: number) => Uint8Array | undefined;
}

/** Through a hub (§20), which says in which epoch it holds the file. */
export function sealedWay(sha256: FileHash, { scope, epoch: newest, keyOf }: FileSeal): FileWay {
  const sealing = { cipher: relayCipher, deriveKey: relayFileKey };
  const boxOf = (epoch = newest) => {
    const key = keyOf(epoch);
    return key && sealedFile(sealing, key, sha256);
  };
  return {
    pathOf: (part, { epoch, indices } = {}) => {
      const query = new URLSearchParams({
        scope,
        ...(epoch !== undefined && { epoch: String(epoch) }),
        ...(indices && { i: indices.join(',') }),
      });
      return `/relay/files/${sha256}${part}${part === '' ? '' : `?${query.toString()}`}`;
    },
    announcement: (sizeBytes) => ({ sizeBytes, scope, epoch: newest }),
    state: RelayFileState,
    manifest: RelayFileManifest,
    takesPrefix: false,
    seal: (epoch, i, bytes) => boxOf(epoch)?.seal(i, bytes),
    open: (epoch, i, sent) => boxOf(epoch)?.open(i, sent),
  };
}
