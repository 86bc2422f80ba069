import { normalAppearance } from '../../appearance';
import {
  fontInResources,
  readEmbeddedFont,
  readOperators,
  type EmbeddedFont,
} from '../../font/embedded-font';
import type { FormField, FormTree } from '../../reader/form';
import {
  asInteger,
  asName,
  asNumber,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfStream,
} from '../../reader/objects';
import type { PdfView } from '../../reader/pdf-file';
import { readingPdf } from '../../reader/problem';
import { decodeTextString } from '../../reader/text-string';
import { differingKeys, isSame, type Comparison } from './same';
import type { Report } from './step';

/** Entries that filling or signing a field may change: value, appearance, and the state of a check box. */
const fillable = new Set(['V', 'AP', 'AS']);

/** Those, and the flags, which have a rule of their own. */
const ruled = new Set([...fillable, 'Ff']);

/**
 * Field flags may only gain ReadOnly (bit 1): programs that honour /Lock of the field they sign set it on the locked
 * fields (ISO 32000-1 §12.7.4.5), MuPDF for one. Nothing that is seen changes.
 */
function isFlagKept(comparison: Comparison, older: PdfDict, newer: PdfDict): boolean {
  const was = asInteger(comparison.older.get(older, 'Ff')) ?? 0;
  const is = asInteger(comparison.newer.get(newer, 'Ff')) ?? 0;
  return is === was || is === (was | 1);
}

/** Compares the fields of two revisions: none removed, renamed or re-flagged; values filled; signatures added (V-7, V-8). */
export function compareFields(
  comparison: Comparison,
  forms: { readonly older: FormTree; readonly newer: FormTree },
  report: Report,
): void {
  const { older, newer } = forms;
  const newerByNumber = new Map(newer.fields.map((field) => [field.ref?.num, field]));
  const olderNames = new Set(older.fields.map(({ name }) => name));
  for (const was of older.fields) {
    const is = was.ref
      ? newerByNumber.get(was.ref.num)
      : newer.fields.find(({ name }) => name === was.name);
    if (!is || is.name !== was.name || is.type !== was.type) {
      report({ kind: 'violation', code: 'change.form', where: was.name });
    } else {
      compareField(comparison, was, is, report);
    }
  }
  compareInnerNodes(comparison, older, report);
  for (const field of newer.fields) {
    const isOld = field.ref ? older.nodes.has(field.ref.num) : olderNames.has(field.name);
    if (isOld) continue;
    if (field.type === 'Sig' && !olderNames.has(field.name)) {
      const isTimestamp = isTimestampValue(comparison.newer, field);
      report({ kind: 'newField', field: field.name, isTimestamp });
    } else {
      report({ kind: 'violation', code: 'change.form', where: field.name });
    }
  }
}

function compareField(comparison: Comparison, was: FormField, is: FormField, report: Report): void {
  const violation = (code: 'change.field' | 'change.signature' | 'change.appearance-differs') =>
    report({ kind: 'violation', code, where: was.name });
  const seen = new Set<number>();
  const pairs = [
    { older: was.dict, newer: is.dict },
    ...was.widgets.flatMap(({ dict }, i) => {
      const other = is.widgets[i]?.dict;
      return dict === was.dict || !other ? [] : [{ older: dict, newer: other }];
    }),
  ];
  if (was.widgets.length !== is.widgets.length) return violation('change.field');
  for (const { older, newer } of pairs) {
    const others = differingKeys(comparison, older, newer, { except: ruled, seen });
    if (others.length > 0 || !isFlagKept(comparison, older, newer))
      return violation('change.field');
  }
  const isUnchanged = pairs.every(({ older, newer }) =>
    [...fillable].every((key) =>
      isSame(comparison, rawEntry(older, key), rawEntry(newer, key), new Set()),
    ),
  );
  if (isUnchanged) return;
  if (was.type === 'Sig') {
    const wasEmpty = comparison.older.resolve(was.rawValue) === null;
    const isSigned = dictOf(comparison.newer.resolve(is.rawValue)) !== undefined;
    if (!wasEmpty || !isSigned) return violation('change.signature');
    const isTimestamp = isTimestampValue(comparison.newer, is);
    report({ kind: 'sign', field: was.name, isTimestamp });
    return;
  }
  if (was.type === 'Btn') {
    const isSameLook = pairs.every(({ older, newer }) =>
      isSame(comparison, rawEntry(older, 'AP'), rawEntry(newer, 'AP'), new Set()),
    );
    if (!isSameLook) return violation('change.appearance-differs');
  } else if (!showsItsValue(comparison, is)) {
    return violation('change.appearance-differs');
  }
  report({ kind: 'fill', field: was.name });
}

/** Fields that only group others. */
function compareInnerNodes(comparison: Comparison, older: FormTree, report: Report): void {
  const ends = new Set(
    older.fields.flatMap(({ ref, widgets }) => [
      ref?.num,
      ...widgets.map((widget) => widget.ref?.num),
    ]),
  );
  for (const num of older.nodes) {
    if (ends.has(num)) continue;
    const was = dictOf(comparison.older.find(num)?.value);
    const is = dictOf(comparison.newer.find(num)?.value);
    const isEqual =
      was && is && differingKeys(comparison, was, is, { seen: new Set() }).length === 0;
    if (!isEqual) report({ kind: 'violation', code: 'change.form', where: `object ${num}` });
  }
}

const isTimestampValue = (view: PdfView, field: FormField): boolean =>
  asName(view.get(dictOf(view.resolve(field.rawValue)), 'SubFilter')) === 'ETSI.RFC3161';

/**
 * True when every widget of a text or choice field draws exactly its value, with fonts that were in the document before
 * (V-7, S-10, attack 12). White space does not count.
 */
function showsItsValue(comparison: Comparison, field: FormField): boolean {
  const { newer } = comparison;
  const value = newer.resolve(field.rawValue);
  const expected = isKind(value, 'string') ? decodeTextString(value.bytes) : '';
  return field.widgets.every(({ dict }) => {
    const stream = normalAppearance(newer, dict);
    if (!stream) return expected === '';
    const drawn = readingPdf(() => drawnText(comparison, stream));
    return drawn.ok && drawn.value !== undefined && squeeze(drawn.value) === squeeze(expected);
  });
}

const squeeze = (text: string): string => text.replace(/\s+/g, '').normalize('NFC');

/** Operators that draw something other than text in a font we know, or hide what is drawn. */
const forbidden = new Set(['Do', 'sh', 'BI', 'ID', 'EI', 'gs', 'd0', 'd1']);

/** Text an appearance stream draws; undefined when it draws anything else or in a font that cannot be trusted. */
function drawnText(comparison: Comparison, stream: PdfStream): string | undefined {
  const { file, newer } = comparison;
  const resources = dictOf(newer.get(stream.dict, 'Resources'));
  let font: EmbeddedFont | undefined;
  let text = '';
  const show = (bytes: Uint8Array): boolean => {
    if (!font) return false;
    for (let i = 0; i + font.codeBytes <= bytes.length; i += font.codeBytes) {
      const code =
        font.codeBytes === 2 ? ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0) : (bytes[i] ?? 0);
      const character = font.textOf(code);
      if (character === undefined) return false;
      text += character;
    }
    return true;
  };
  for (const { operator, operands } of readOperators(file.decode(stream, newer))) {
    if (forbidden.has(operator)) return undefined;
    if (operator === 'Tr' && asNumber(operands[0]) !== 0) return undefined;
    if (operator === 'Tf') font = trustedFont(comparison, resources, asName(operands[0]));
    if (operator === 'Tj' || operator === "'" || operator === '"') {
      const shown = operands.at(-1);
      if (!isKind(shown, 'string') || !show(shown.bytes)) return undefined;
    }
    if (operator === 'TJ') {
      const parts = isKind(operands[0], 'array') ? operands[0].items : [];
      if (!parts.every((part) => !isKind(part, 'string') || show(part.bytes))) return undefined;
    }
  }
  return text;
}

/** A font that lay in the document before the change, unchanged, or one of the standard fonts that carry no file. */
function trustedFont(
  comparison: Comparison,
  resources: PdfDict | undefined,
  name: string | undefined,
): EmbeddedFont | undefined {
  const { file, older, newer } = comparison;
  const dict = name === undefined ? undefined : fontInResources(newer, resources, name);
  if (!dict || name === undefined) return undefined;
  const ref = rawEntry(dictOf(newer.get(resources, 'Font')), name);
  const wasThere =
    isKind(ref, 'ref') &&
    older.find(ref.num) !== undefined &&
    isSame(comparison, ref, ref, new Set());
  const isStandard =
    asName(newer.get(dict, 'Subtype')) === 'Type1' && !dict.entries.has('FontDescriptor');
  return wasThere || isStandard ? readEmbeddedFont(file, newer, dict) : undefined;
}
