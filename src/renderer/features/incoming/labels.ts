import { findDocumentType } from '@shared/domain/document/document-type';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { vi } from '@shared/i18n/vi';

const priorities = ['p0', 'p1', 'p2', 'p3', 'p4'] as const;

export const priorityLabel = (priority: number): string =>
  t(`incoming.priority.${priorities[priority] ?? 'p0'}`);

/** What a form offers: 4 (hỏa tốc hẹn giờ) is accepted from outside, never offered. */
export const priorityOptions = [0, 1, 2, 3].map((value) => ({
  value: String(value),
  label: priorityLabel(value),
}));

/** What a clerk enters by hand; the axis and the shared system deliver by themselves. */
export const channelOptions = (
  ['PAPER_POST', 'PAPER_HAND', 'EMAIL', 'FAX', 'CITIZEN', 'AXIS', 'INTERNAL'] as const
).map((value) => ({ value, label: t(`incoming.channel.${value}`) }));

export const circulationOptions = (['khong', 'luuHanhNoiBo', 'xemXongTraLai'] as const).map(
  (value) => ({
    value,
    label: t(`incoming.circulation.${value}`),
  }),
);

const fieldNames: Readonly<Record<string, string>> = vi.incoming.field;

export const fieldName = (field: string): string => fieldNames[field] ?? field;

/** A stored value as a clerk would write it. */
export function fieldValueText(field: string, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (typeof value === 'number') return field === 'priority' ? priorityLabel(value) : String(value);
  if (typeof value !== 'string' || value === '') return t('common.none');
  if (DATES.has(field)) return formatDate(value);
  if (field === 'documentTypeId') return findDocumentType(value)?.name ?? value;
  const options =
    field === 'circulation' ? circulationOptions : field === 'channel' ? channelOptions : [];
  return options.find((option) => option.value === value)?.label ?? value;
}

const DATES: ReadonlySet<string> = new Set(['issuedDate', 'dueDate', 'arrivalDate']);
