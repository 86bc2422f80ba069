import { createHash } from 'node:crypto';
import { FileHash } from '@shared/kernel/ids';
import { err, ok } from '@shared/kernel/result';
import type { ContentStore } from '../../src/main/features/files/content-store';
import type { PartialStore } from '../../src/main/features/files/partial-store';

export const hashOf = (bytes: Uint8Array): FileHash =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));

/** The content store of a workstation that lives for one seeding: nothing of it is kept. */
export function createMemoryStore(): ContentStore {
  const files = new Map<FileHash, Uint8Array>();
  const put: ContentStore['put'] = async (bytes) => {
    const sha256 = hashOf(bytes);
    files.set(sha256, bytes);
    return ok(sha256);
  };
  return {
    put,
    putCopy: put,
    release: async () => {},
    removeCopy: async () => {},
    own: async () => [],
    copies: async () => [],
    has: async (sha256) => files.has(sha256),
    sizeOf: async (sha256) => files.get(sha256)?.length,
    read: async (sha256, start, end) => {
      const bytes = files.get(sha256);
      return bytes ? ok(new Uint8Array(bytes.slice(start, end))) : err({ code: 'files.missing' });
    },
    verify: async (sha256) => {
      const bytes = files.get(sha256);
      return bytes !== undefined && hashOf(bytes) === sha256;
    },
    remove: async (sha256) => {
      files.delete(sha256);
    },
  };
}

/** Chunks of downloads, in memory. */
export function createMemoryPartials(): PartialStore {
  const chunks = new Map<FileHash, Map<number, Uint8Array>>();
  const of = (sha256: FileHash): Map<number, Uint8Array> => {
    const known = chunks.get(sha256) ?? new Map<number, Uint8Array>();
    chunks.set(sha256, known);
    return known;
  };
  return {
    list: async (sha256) => new Set(of(sha256).keys()),
    read: async (sha256, index) => {
      const bytes = of(sha256).get(index);
      if (!bytes) throw new Error(`chunk ${index} is not here`);
      return bytes;
    },
    write: async (sha256, index, bytes) => {
      of(sha256).set(index, bytes.slice());
    },
    remove: async (sha256) => {
      chunks.delete(sha256);
    },
  };
}
