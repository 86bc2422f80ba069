import { z } from 'zod';
import type { ConflictRecord } from '@shared/domain/document/conflict';
import { t } from '@shared/i18n/translate';
import { vi } from '@shared/i18n/vi';
import type { Json } from '@shared/kernel/canonical-json';
import { fieldValueText } from '../incoming';

const names: Readonly<Record<ConflictRecord['targetType'], Readonly<Record<string, string>>>> = {
  incomingDocument: vi.incoming.field,
  outgoingDocument: vi.outgoing.field,
};

/** What a form calls the field. */
export const conflictFieldName = ({
  targetType,
  field,
}: Pick<ConflictRecord, 'targetType' | 'field'>): string => names[targetType][field] ?? field;

/** A stored value as the form shows it. */
export function conflictValueText(
  field: string,
  value: Json,
  nameOf: (userId: string) => string,
): string {
  const named = Named.safeParse(value);
  if (named.success) return named.data.name;
  if (typeof value !== 'string') return fieldValueText(field, value);
  if (field === 'signerUserId') return nameOf(value);
  const forms: Readonly<Record<string, string>> = vi.outgoing.signingForm;
  if (field === 'signingForm') return forms[value] ?? value;
  if (field === 'replyDueDate') return fieldValueText('dueDate', value);
  return fieldValueText(field, value) || t('common.none');
}

/** Elements of sets: recipients and files. */
const Named = z.object({ name: z.string() });
