import { invariant } from '../kernel/assert';
import type { ObjectChange } from './append';
import type { PageGeometry, Rect } from './geometry';
import type { FormField, FormTree } from './reader/form';
import { asInteger, isKind, rawEntry } from './reader/objects';
import { catalogOf, type PdfPage } from './reader/pages';
import type { PdfFile } from './reader/pdf-file';
import {
  asText,
  dictText,
  editDict,
  extendArray,
  pdfBytes,
  rectText,
  refText,
  textStringText,
} from './syntax';
import { addToAnnots } from './widget-page';

/** Where a signature's widget stands. */
export interface TargetWidget {
  readonly page: PdfPage;
  readonly geometry: PageGeometry;
  /** Seen space. */
  readonly rect: Rect;
}

/** Numbers of the objects a signed field points to. */
export interface Links {
  readonly signature: number;
  /** None for what is not seen. */
  readonly appearance: number | undefined;
}

const linkEntries = (links: Links) => ({
  V: refText({ num: links.signature }),
  AP: links.appearance === undefined ? undefined : `<< /N ${refText({ num: links.appearance })} >>`,
});

/** A prepared field with its value and appearance; field and widget are one dictionary, as `checkMaySign` made sure. */
export function linkField(file: PdfFile, field: FormField, links: Links): ObjectChange {
  const object = field.ref && file.now.find(field.ref.num);
  invariant(object !== undefined, 'checked by checkMaySign');
  return {
    num: object.num,
    gen: object.gen,
    body: editDict(object.source, field.dict, linkEntries(links)),
  };
}

/** A field that was not prepared: for appendices, copies and files of other programs. */
export function addField(
  file: PdfFile,
  form: FormTree,
  input: {
    readonly name: string;
    readonly links: Links;
    readonly target: TargetWidget;
    readonly nextNumber: () => number;
  },
): readonly ObjectChange[] {
  const { target } = input;
  const { page } = target;
  const num = input.nextNumber();
  const { V, AP } = linkEntries(input.links);
  const body = dictText([
    ['Type', '/Annot'],
    ['Subtype', '/Widget'],
    ['FT', '/Sig'],
    ['T', textStringText(input.name)],
    ['F', '132'],
    ['Rect', rectText(target.geometry.toUser(target.rect))],
    ['P', refText(page.ref)],
    ['V', V],
    ['AP', AP],
  ]);
  return [
    { num, gen: 0, body: pdfBytes(body) },
    addToAnnots(file, page, [refText({ num })]),
    ...formWithField(file, form, refText({ num })),
  ];
}

/** /Fields grows by one and /SigFlags is set; nothing else of the form changes (S-6). */
function formWithField(file: PdfFile, form: FormTree, ref: string): readonly ObjectChange[] {
  const { now } = file;
  if (!form.dict) return [editForm(file, form, `<< /Fields [${ref}] /SigFlags 3 >>`)];
  const holder = formHolder(file, form);
  const rawFields = rawEntry(form.dict, 'Fields');
  const fields = now.resolve(rawFields);
  if (isKind(rawFields, 'ref') && isKind(fields, 'array')) {
    const source = now.find(rawFields.num)?.source ?? file.bytes;
    return [
      { num: rawFields.num, gen: rawFields.gen, body: extendArray(source, fields, [ref]) },
      ...signatureFlags(file, form),
    ];
  }
  const text = isKind(fields, 'array')
    ? asText(extendArray(holder.source, fields, [ref]))
    : `[${ref}]`;
  return [
    editForm(
      file,
      form,
      asText(editDict(holder.source, form.dict, { Fields: text, SigFlags: '3' })),
    ),
  ];
}

/** Nothing for a file we prepared: its flags are set already. */
export function signatureFlags(file: PdfFile, form: FormTree): readonly ObjectChange[] {
  if (!form.dict || asInteger(file.now.get(form.dict, 'SigFlags')) === 3) return [];
  const { source } = formHolder(file, form);
  return [editForm(file, form, asText(editDict(source, form.dict, { SigFlags: '3' })))];
}

/** The object the form's dictionary lies in: its own, or the catalogue. */
function formHolder(file: PdfFile, form: FormTree) {
  const root = rawEntry(file.now.trailer, 'Root');
  const num = form.ref?.num ?? (isKind(root, 'ref') ? root.num : 0);
  const object = file.now.find(num);
  invariant(object !== undefined, 'the form was read from it');
  return object;
}

function editForm(file: PdfFile, form: FormTree, text: string): ObjectChange {
  const holder = formHolder(file, form);
  const body = form.ref
    ? pdfBytes(text)
    : editDict(holder.source, catalogOf(file.now), { AcroForm: text });
  return { num: holder.num, gen: holder.gen, body };
}

/** /Perms names the certifying signature (ISO 32000-1 §12.8.4). */
export function certifyCatalog(file: PdfFile, signature: number): ObjectChange {
  const root = rawEntry(file.now.trailer, 'Root');
  const object = isKind(root, 'ref') ? file.now.find(root.num) : undefined;
  invariant(object !== undefined, 'an opened file has a catalogue');
  const perms = `<< /DocMDP ${refText({ num: signature })} >>`;
  const body = editDict(object.source, catalogOf(file.now), { Perms: perms });
  return { num: object.num, gen: object.gen, body };
}
