import type { Json } from '../kernel/canonical-json';
import { FileHash } from '../kernel/ids';

/** Every `sha256` inside a record's content, wherever its type keeps its files. */
export function filesIn(value: Json): FileHash[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, part]: readonly [string, Json]) => {
    const file = name === 'sha256' ? FileHash.safeParse(part) : undefined;
    return file?.success ? [file.data] : filesIn(part);
  });
}
