import { decodeTextString } from './text-string';
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
import { catalogOf } from './pages';
import type { PdfView } from './pdf-file';
import { pastLimit } from './problem';

/** A field of the interactive form (ISO 32000-1 §12.7.3) with its widgets. */
export interface FormField {
  /** Fully qualified name, parts joined by a full stop. */
  readonly name: string;
  /** `Tx`, `Sig`, `Btn`, `Ch`, own or inherited. */
  readonly type: string | undefined;
  /** Undefined for a field written directly into the array of its parent. */
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  /** Own or inherited `/V`, not followed. */
  readonly rawValue: PdfValue | undefined;
  /** The field itself when field and widget are one dictionary, else its kids without a name. */
  readonly widgets: readonly { readonly ref: PdfRef | undefined; readonly dict: PdfDict }[];
}

export interface FormTree {
  readonly dict: PdfDict | undefined;
  /** Where `/AcroForm` lies when it is an object of its own. */
  readonly ref: PdfRef | undefined;
  /** Terminal fields in the order of the tree. */
  readonly fields: readonly FormField[];
  /** Object numbers of all fields, inner nodes and widgets of the tree. */
  readonly nodes: ReadonlySet<number>;
}

/** The form of the document; circular trees are cut at the second visit. */
export function readForm(view: PdfView): FormTree {
  const raw = rawEntry(catalogOf(view), 'AcroForm');
  const dict = dictOf(view.resolve(raw));
  const fields: FormField[] = [];
  const nodes = new Set<number>();

  const visit = (value: PdfValue, above: Inherited, depth: number): void => {
    if (depth > limits.nesting) throw pastLimit('nesting');
    const node = dictOf(view.resolve(value));
    if (!node) return;
    const ref = isKind(value, 'ref') ? value : undefined;
    if (ref) {
      if (nodes.has(ref.num)) return;
      nodes.add(ref.num);
    }
    const here = inherit(view, node, above);
    const kids = kidsOf(view, node);
    const hasNamedKid = kids.some((kid) => dictOf(view.resolve(kid))?.entries.has('T'));
    if (hasNamedKid) {
      for (const kid of kids) visit(kid, here, depth + 1);
      return;
    }
    if (fields.length >= limits.fields) throw pastLimit('fields');
    fields.push({
      name: here.name,
      type: here.type,
      ref,
      dict: node,
      rawValue: here.value,
      widgets: kids.length === 0 ? [{ ref, dict: node }] : widgetsOf(view, kids, nodes),
    });
  };

  const roots = view.get(dict, 'Fields');
  if (isKind(roots, 'array')) {
    for (const root of roots.items) visit(root, { name: '', type: undefined, value: undefined }, 0);
  }
  return { dict, ref: isKind(raw, 'ref') ? raw : undefined, fields, nodes };
}

export const findField = (form: FormTree, name: string): FormField | undefined =>
  form.fields.find((field) => field.name === name);

interface Inherited {
  readonly name: string;
  readonly type: string | undefined;
  readonly value: PdfValue | undefined;
}

function inherit(view: PdfView, node: PdfDict, above: Inherited): Inherited {
  const part = view.get(node, 'T');
  const own = isKind(part, 'string') ? decodeTextString(part.bytes) : undefined;
  return {
    name: own === undefined ? above.name : above.name === '' ? own : `${above.name}.${own}`,
    type: asName(view.get(node, 'FT')) ?? above.type,
    value: rawEntry(node, 'V') ?? above.value,
  };
}

function kidsOf(view: PdfView, node: PdfDict): readonly PdfValue[] {
  const kids = view.get(node, 'Kids');
  return isKind(kids, 'array') ? kids.items : [];
}

function widgetsOf(view: PdfView, kids: readonly PdfValue[], nodes: Set<number>) {
  return kids.flatMap((kid) => {
    const dict = dictOf(view.resolve(kid));
    const ref = isKind(kid, 'ref') ? kid : undefined;
    if (ref) nodes.add(ref.num);
    return dict ? [{ ref, dict }] : [];
  });
}
