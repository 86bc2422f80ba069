import { limits } from './limits';
import {
  asName,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from './objects';
import type { PdfView } from './pdf-file';
import { broken, pastLimit } from './problem';

/** A page in reading order with the attributes it inherits resolved (ISO 32000-1 §7.7.3.4). */
export interface PdfPage {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** `/Resources`, `/MediaBox`, `/CropBox`, `/Rotate` from the page or the nearest ancestor. */
  readonly inherited: (key: string) => PdfValue;
}

export const catalogOf = (view: PdfView): PdfDict => {
  const catalog = dictOf(view.get(view.trailer, 'Root'));
  if (!catalog) throw broken('no catalogue');
  return catalog;
};

/** All pages; circular, too deep and too large trees are refused. */
export function listPages(view: PdfView): readonly PdfPage[] {
  return walkPageTree(view).pages;
}

/** All pages, and the object numbers of the nodes above them. */
export function walkPageTree(view: PdfView): {
  readonly pages: readonly PdfPage[];
  readonly nodes: ReadonlySet<number>;
} {
  const pages: PdfPage[] = [];
  const nodes = new Set<number>();

  const visit = (value: PdfValue | undefined, ancestors: readonly PdfDict[]): void => {
    if (ancestors.length > limits.nesting) throw pastLimit('nesting');
    if (!isKind(value, 'ref')) throw broken('page tree node without a number');
    const dict = dictOf(view.resolve(value));
    if (!dict) throw broken(`page tree node ${value.num}`);
    if (nodes.has(value.num)) throw broken('page tree in a circle');
    nodes.add(value.num);
    const kids = view.get(dict, 'Kids');
    if (asName(view.get(dict, 'Type')) === 'Pages' || isKind(kids, 'array')) {
      if (!isKind(kids, 'array')) throw broken(`page tree node ${value.num} without kids`);
      for (const kid of kids.items) visit(kid, [...ancestors, dict]);
      return;
    }
    if (pages.length >= limits.pages) throw pastLimit('pages');
    const line = [dict, ...ancestors.toReversed()];
    const inherited = (key: string): PdfValue =>
      view.resolve(
        rawEntry(
          line.find((node) => node.entries.has(key)),
          key,
        ),
      );
    pages.push({ ref: value, dict, inherited });
  };

  visit(rawEntry(catalogOf(view), 'Pages'), []);
  return { pages, nodes };
}
