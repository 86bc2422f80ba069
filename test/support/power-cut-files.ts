import { concatBytes } from '@shared/kernel/bytes';
import type { FilePort, OpenFile } from '../../src/main/platform/file-port';
import { systemError } from './system-error';

interface Content {
  bytes: Uint8Array;
  durable: number;
}

/**
 * A disk in memory that keeps exactly what was flushed: bytes by `flush`, names by `flushFolder`. After the step that a
 * test names the power is gone: every later call fails until `restart`.
 */
export function powerCutFiles() {
  let names = new Map<string, Content>();
  let durableNames = new Map<string, Content>();
  let steps = 0;
  let cutAfter = Infinity;
  let isFull = false;
  let isRefused = (_path: string): boolean => false;

  const step = (): void => {
    steps += 1;
    if (steps > cutAfter) throw systemError('EIO');
  };
  const contentAt = (path: string): Content => {
    const content = names.get(path);
    if (!content) throw systemError('ENOENT');
    return content;
  };
  const opened = (content: Content): OpenFile => ({
    append: async (bytes) => {
      step();
      if (isFull) throw systemError('ENOSPC');
      content.bytes = concatBytes(content.bytes, bytes);
    },
    readAt: async (position, length) => content.bytes.slice(position, position + length),
    truncate: async (length) => {
      step();
      content.bytes = content.bytes.slice(0, length);
    },
    flush: async () => {
      step();
      content.durable = content.bytes.length;
    },
    close: async () => {},
  });

  const port: FilePort = {
    makeFolder: async () => {},
    list: async (folder) =>
      [...names.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1))
        .toSorted(),
    read: async (path) => contentAt(path).bytes.slice(),
    create: async (path) => {
      step();
      if (isRefused(path)) throw systemError('EACCES');
      const content = { bytes: new Uint8Array(), durable: 0 };
      names.set(path, content);
      return opened(content);
    },
    append: async (path) => opened(contentAt(path)),
    openToRead: async (path) => {
      const content = names.get(path);
      return content && opened(content);
    },
    exists: async (path) => names.has(path),
    describe: async (path) => {
      const content = names.get(path);
      return content && { sizeBytes: content.bytes.length, usedAtMs: 0 };
    },
    touch: async () => {},
    rename: async (from, to) => {
      step();
      names.set(to, contentAt(from));
      names.delete(from);
    },
    remove: async (path) => {
      step();
      names.delete(path);
    },
    flushFolder: async () => {
      step();
      durableNames = new Map(names);
    },
  };
  return {
    port,
    steps: () => steps,
    cutAfter: (count: number) => void (cutAfter = steps + count),
    /** Files that this user may not create. */
    refuse: (is: (path: string) => boolean) => void (isRefused = is),
    fill: () => void (isFull = true),
    restart(): void {
      names = new Map(durableNames);
      for (const content of names.values()) {
        content.bytes = content.bytes.slice(0, content.durable);
      }
      cutAfter = Infinity;
      isFull = false;
    },
    /** The files of these folders as they are now, to be put back later: a restored image. */
    snapshot: (folder: string) => {
      const kept = [...names].filter(([path]) => path.startsWith(folder));
      const copy = kept.map(([path, { bytes }]) => [path, bytes.slice()] as const);
      return () => {
        for (const path of names.keys()) if (path.startsWith(folder)) names.delete(path);
        for (const [path, bytes] of copy) names.set(path, { bytes, durable: bytes.length });
        durableNames = new Map(names);
      };
    },
  };
}
