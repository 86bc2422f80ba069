import { err, ok, type Result } from '../kernel/result';
import { fieldNames } from './field-names';
import {
  certificationOf,
  isLocked,
  readFieldLock,
  readPermissions,
  type CertificationLevel,
  type FieldLock,
} from './permissions';
import { findField, type FormField, type FormTree } from './reader/form';
import { asInteger, dictOf } from './reader/objects';
import type { PdfFile, PdfView } from './reader/pdf-file';

export type PermissionFailure =
  | { readonly code: 'signing.certified'; readonly level: CertificationLevel }
  | { readonly code: 'signing.field-locked'; readonly field: string }
  | { readonly code: 'signing.field-missing'; readonly field: string }
  | { readonly code: 'signing.field-filled'; readonly field: string }
  | { readonly code: 'signing.already-signed' }
  | { readonly code: 'signing.signatures-not-understood' };

/**
 * Whether one more signature is allowed by those already there (S-8): P=1 forbids every byte, P=2 and P=3 allow only an
 * existing empty field, FieldMDP locks the fields it names.
 */
export function checkMaySign(
  file: PdfFile,
  form: FormTree,
  input: {
    readonly field: string;
    readonly isNew: boolean;
    readonly fills: boolean;
    readonly certifies: boolean;
  },
): Result<undefined, PermissionFailure> {
  const view = file.now;
  const level = certificationOf(view);
  if (level === 1 || (level !== undefined && input.isNew)) {
    return err({ code: 'signing.certified', level });
  }
  const target = findField(form, input.field);
  if (target && (target.type !== 'Sig' || !target.ref)) {
    return err({ code: 'signing.field-missing', field: input.field });
  }
  // A separate widget (field and widget apart) cannot carry our appearance in one change.
  if (target && (target.widgets.length !== 1 || target.widgets[0]?.dict !== target.dict)) {
    return err({ code: 'signing.field-missing', field: input.field });
  }
  if (target?.rawValue !== undefined && view.resolve(target.rawValue) !== null) {
    return err({ code: 'signing.field-filled', field: input.field });
  }
  const touched = [
    ...(input.isNew ? [] : [input.field]),
    ...(input.fills ? [fieldNames.number, fieldNames.date, fieldNames.month] : []),
  ];
  const signed = form.fields.flatMap(({ type, rawValue }) => {
    const dict = type === 'Sig' ? dictOf(view.resolve(rawValue)) : undefined;
    return dict ? [dict] : [];
  });
  if (input.certifies) {
    if (signed.length > 0) return err({ code: 'signing.already-signed' });
    // The catalogue takes /Perms; a form inside it must not need a change of its own.
    const isPrepared = asInteger(view.get(form.dict, 'SigFlags')) === 3;
    if (!target || !isPrepared) return err({ code: 'signing.field-missing', field: input.field });
  }
  for (const signature of signed) {
    const { lock } = readPermissions(view, signature);
    const locked = lock && touched.find((name) => isLocked(lock, name));
    if (locked !== undefined) return err({ code: 'signing.field-locked', field: locked });
  }
  return ok(undefined);
}

/** The lock a prepared field asks its signature to carry (§12.7.4.5). */
export function lockForField(view: PdfView, field: FormField): FieldLock | undefined {
  const lock = dictOf(view.get(field.dict, 'Lock'));
  return lock && readFieldLock(view, lock);
}
