import { limits } from '../reader/limits';
import { dictOf, isKind, type PdfDict, type PdfStream, type PdfValue } from '../reader/objects';
import type { PdfView } from '../reader/pdf-file';
import { pastLimit } from '../reader/problem';

/**
 * Visits every dictionary and stream that the trailer leads to, each once, with the number of the object that holds it.
 * Answers the numbers of all objects on the way.
 */
export function walkDocument(
  view: PdfView,
  visit: (value: PdfDict | PdfStream, object: number | null) => void,
): ReadonlySet<number> {
  const reached = new Set<number>();
  const waiting: { readonly value: PdfValue; readonly object: number | null }[] = [
    { value: view.trailer, object: null },
  ];
  for (let visits = 0, next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++visits > limits.visits) throw pastLimit('visits');
    const { value, object } = next;
    if (isKind(value, 'ref')) {
      const target = reached.has(value.num) ? undefined : view.find(value.num);
      reached.add(value.num);
      if (target?.gen === value.gen) waiting.push({ value: target.value, object: value.num });
    } else if (isKind(value, 'array')) {
      for (const item of value.items) waiting.push({ value: item, object });
    } else if (isKind(value, 'dict') || isKind(value, 'stream')) {
      visit(value, object);
      for (const entry of dictOf(value)?.entries.values() ?? []) {
        waiting.push({ value: entry.value, object });
      }
    }
  }
  return reached;
}
