import { equalBytes } from '../../../kernel/bytes';
import { limits } from '../../reader/limits';
import { isKind, type PdfDict, type PdfValue } from '../../reader/objects';
import type { PdfFile, PdfView } from '../../reader/pdf-file';
import { pastLimit } from '../../reader/problem';

/** Two states of the file, and the objects that are compared by rules of their own. */
export interface Comparison {
  readonly file: PdfFile;
  readonly older: PdfView;
  readonly newer: PdfView;
  /** Page tree nodes, pages, fields, widgets, catalogue, form: equal here when their numbers are. */
  readonly structural: ReadonlySet<number>;
  readonly budget: { visits: number };
}

/**
 * True when two values, and everything they lead to, are the same in both revisions.
 *
 * References must have the same number. An object is followed once; `seen` may be shared between calls of one
 * comparison, for what was found the same stays the same. Structural objects are not followed.
 */
export function isSame(
  comparison: Comparison,
  a: PdfValue | undefined,
  b: PdfValue | undefined,
  seen: Set<number>,
): boolean {
  const queue: (readonly [PdfValue, PdfValue])[] = [[a ?? null, b ?? null]];
  for (let pair = queue.pop(); pair; pair = queue.pop()) {
    if (--comparison.budget.visits < 0) throw pastLimit('visits');
    const [left, right] = pair;
    if (isKind(left, 'ref') && isKind(right, 'ref')) {
      if (left.num !== right.num || left.gen !== right.gen) return false;
      if (comparison.structural.has(left.num) || seen.has(left.num)) continue;
      seen.add(left.num);
      const was = comparison.older.find(left.num);
      const is = comparison.newer.find(left.num);
      if ((was?.gen ?? left.gen) !== (is?.gen ?? left.gen)) return false;
      queue.push([was?.value ?? null, is?.value ?? null]);
    } else if (!isSameShallow(comparison, left, right, queue)) {
      return false;
    }
  }
  return true;
}

/** Compares two values that are not both references and queues what lies inside them. */
function isSameShallow(
  { file }: Comparison,
  a: PdfValue,
  b: PdfValue,
  queue: (readonly [PdfValue, PdfValue])[],
): boolean {
  if (a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return a === b;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'number' && b.kind === 'number') return a.value === b.value;
  if (a.kind === 'name' && b.kind === 'name') return a.name === b.name;
  if (a.kind === 'string' && b.kind === 'string') return equalBytes(a.bytes, b.bytes);
  if (a.kind === 'array' && b.kind === 'array') {
    a.items.forEach((item, i) => queue.push([item, b.items[i] ?? null]));
    return a.items.length === b.items.length;
  }
  if (a.kind === 'dict' && b.kind === 'dict') return queueEntries(a, b, queue);
  if (a.kind === 'stream' && b.kind === 'stream') {
    const isSameData =
      (a.dataStart === b.dataStart && a.dataEnd === b.dataEnd) ||
      equalBytes(file.dataOf(a), file.dataOf(b));
    return isSameData && queueEntries(a.dict, b.dict, queue);
  }
  return false;
}

function queueEntries(a: PdfDict, b: PdfDict, queue: (readonly [PdfValue, PdfValue])[]): boolean {
  if (a === b) {
    for (const { value } of a.entries.values()) queue.push([value, value]);
    return true;
  }
  if (a.entries.size !== b.entries.size) return false;
  for (const [key, { value }] of a.entries) {
    const other = b.entries.get(key);
    if (!other) return false;
    queue.push([value, other.value]);
  }
  return true;
}

export const newBudget = (): { visits: number } => ({ visits: limits.visits });

/** Keys of either dictionary whose values are not the same. */
export function differingKeys(
  comparison: Comparison,
  older: PdfDict,
  newer: PdfDict,
  options: { readonly except?: ReadonlySet<string>; readonly seen: Set<number> },
): readonly string[] {
  const keys = new Set([...older.entries.keys(), ...newer.entries.keys()]);
  return [...keys].filter((key) => {
    if (options.except?.has(key)) return false;
    const was = older.entries.get(key);
    const is = newer.entries.get(key);
    if (!was || !is) return true;
    return !isSame(comparison, was.value, is.value, options.seen);
  });
}
