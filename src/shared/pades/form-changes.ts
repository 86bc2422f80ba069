import type { ObjectChange } from './append';
import { UPRIGHT_FONT } from './field-names';
import type { FormTree } from './reader/form';
import { dictOf, isKind, rawEntry, type PdfDict } from './reader/objects';
import { catalogOf } from './reader/pages';
import type { PdfFile } from './reader/pdf-file';
import { asText, dictText, editDict, extendArray } from './syntax';

/** The form with the new fields; the catalogue only when the form lies in it or does not exist. */
export function newFieldsInForm(
  file: PdfFile,
  form: FormTree,
  fieldRefs: readonly string[],
  fonts: Readonly<Record<string, string>>,
): readonly ObjectChange[] {
  const { now } = file;
  const root = rawEntry(now.trailer, 'Root');
  const catalog = catalogOf(now);
  const catalogObject = isKind(root, 'ref') ? now.find(root.num) : undefined;
  const catalogSource = catalogObject?.source ?? file.bytes;
  const rootRef = { num: catalogObject?.num ?? 0, gen: catalogObject?.gen ?? 0 };
  const fontText = Object.entries(fonts).map(([name, ref]) => `/${name} ${ref}`);
  if (!form.dict) {
    const text = `<< /Fields [${fieldRefs.join(' ')}] /SigFlags 3 /DR << /Font << ${fontText.join(' ')} >> >> /DA (/${UPRIGHT_FONT} 13 Tf 0 g) >>`;
    return [{ ...rootRef, body: editDict(catalogSource, catalog, { AcroForm: text }) }];
  }
  const holder = form.ref ? now.find(form.ref.num) : catalogObject;
  const source = holder?.source ?? file.bytes;
  const changes: ObjectChange[] = [];
  const edits: Record<string, string> = {
    SigFlags: '3',
    DR: resourcesText(file, form.dict, fonts),
  };
  const rawFields = rawEntry(form.dict, 'Fields');
  const fields = now.resolve(rawFields);
  if (isKind(rawFields, 'ref') && isKind(fields, 'array')) {
    const array = now.find(rawFields.num);
    changes.push({
      num: rawFields.num,
      gen: rawFields.gen,
      body: extendArray(array?.source ?? file.bytes, fields, fieldRefs),
    });
  } else {
    edits['Fields'] = isKind(fields, 'array')
      ? asText(extendArray(source, fields, fieldRefs))
      : `[${fieldRefs.join(' ')}]`;
  }
  const formBody = editDict(source, form.dict, edits);
  changes.push(
    form.ref
      ? { num: form.ref.num, gen: form.ref.gen, body: formBody }
      : { ...rootRef, body: editDict(catalogSource, catalog, { AcroForm: asText(formBody) }) },
  );
  return changes;
}

/** /DR with our fonts added, written out directly: what it refers to stays where it is. */
function resourcesText(
  file: PdfFile,
  form: PdfDict,
  fonts: Readonly<Record<string, string>>,
): string {
  const { now } = file;
  const resources = dictOf(now.get(form, 'DR'));
  const fontDict = dictOf(now.get(resources, 'Font'));
  const sourceOf = (dict: PdfDict): Uint8Array => sourceHolding(file, form, dict);
  const fontText = fontDict
    ? asText(editDict(sourceOf(fontDict), fontDict, fonts))
    : dictText(Object.entries(fonts));
  if (!resources) return `<< /Font ${fontText} >>`;
  return asText(editDict(sourceOf(resources), resources, { Font: fontText }));
}

/** The bytes a dictionary was parsed from: those of the object on the way from the form that it lies in. */
function sourceHolding(file: PdfFile, form: PdfDict, dict: PdfDict): Uint8Array {
  const { now } = file;
  const refs = [
    rawEntry(now.trailer, 'Root'),
    rawEntry(catalogOf(now), 'AcroForm'),
    rawEntry(form, 'DR'),
    rawEntry(dictOf(now.get(form, 'DR')), 'Font'),
  ];
  for (const ref of refs.toReversed()) {
    const object = isKind(ref, 'ref') ? now.find(ref.num) : undefined;
    const value = dictOf(object?.value);
    if (!object || !value) continue;
    if (value.start <= dict.start && dict.end <= value.end && holds(value, dict))
      return object.source;
  }
  return file.bytes;
}

function holds(outer: PdfDict, inner: PdfDict): boolean {
  if (outer === inner) return true;
  return [...outer.entries.values()].some(
    ({ value }) => isKind(value, 'dict') && holds(value, inner),
  );
}
