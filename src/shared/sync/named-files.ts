import type { Json } from '../kernel/canonical-json';
import { FileHash } from '../kernel/ids';
import type { Operation } from './operation';

const NAMES: ReadonlySet<string> = new Set(['sha256', 'scanSha256']);

/** Hashes of files anywhere in a body or a content, in no order; each once. */
export function namedFiles(value: Json): readonly FileHash[] {
  const found = new Set<FileHash>();
  const look = (part: Json): void => {
    if (part === null || typeof part !== 'object') return;
    for (const [key, item] of Object.entries(part)) {
      const hash = FileHash.safeParse(item);
      if (NAMES.has(key) && hash.success) found.add(hash.data);
      look(item);
    }
  };
  look(value);
  return [...found];
}

/** Files that an operation names, whether or not their bytes are to come from its device. */
export const filesOf = ({ files = [], body }: Operation): readonly FileHash[] => [
  ...new Set([...files, ...namedFiles(body)]),
];
