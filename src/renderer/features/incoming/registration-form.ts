import { checkRegistration } from '@shared/domain/document/check-registration';
import { splitCodeDisplay } from '@shared/domain/document/code-display';
import { documentTypes, findDocumentType } from '@shared/domain/document/document-type';
import {
  IncomingRegistration,
  type IncomingDocument,
} from '@shared/domain/document/incoming-document';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { parseTypedDate, type LocalDate } from '@shared/kernel/local-date';
import { foldForSearch, normaliseLine } from '@shared/kernel/vietnamese-text';

/** The form as typed: texts and ticks, nothing interpreted before saving. */
export interface RegistrationValues {
  registerId: string;
  arrivalDate: string;
  channel: IncomingRegistration['channel'];
  hasPaper: boolean;
  issuerName: string;
  codeDisplay: string;
  issuedDate: string;
  undated: boolean;
  documentType: string;
  subject: string;
  pageAmount: string;
  copies: string;
  signerName: string;
  signerPosition: string;
  priority: string;
  circulation: IncomingRegistration['circulation'];
  requiresReply: boolean;
  dueDate: string;
  forInfo: boolean;
  routedTo: string;
  note: string;
  notSecretConfirmed: boolean;
}

export type RegistrationErrors = Partial<Record<keyof RegistrationValues | 'files', string>>;

/** What a person need not type again for the next paper of the same bundle (van-ban.md §2.4). */
export type KeptValues = Pick<
  RegistrationValues,
  'arrivalDate' | 'issuerName' | 'channel' | 'registerId' | 'hasPaper'
>;

export function emptyRegistration(today: LocalDate, kept?: KeptValues): RegistrationValues {
  return {
    registerId: '',
    arrivalDate: formatDate(today),
    channel: 'PAPER_POST',
    hasPaper: true,
    issuerName: '',
    codeDisplay: '',
    issuedDate: '',
    undated: false,
    documentType: '',
    subject: '',
    pageAmount: '',
    copies: '',
    signerName: '',
    signerPosition: '',
    priority: '0',
    circulation: 'khong',
    requiresReply: false,
    dueDate: '',
    forInfo: false,
    routedTo: '',
    note: '',
    notSecretConfirmed: false,
    ...kept,
  };
}

/** The form of a document that exists, or of a registration that was refused. The statement is made anew. */
export function valuesFrom(
  document: Partial<IncomingDocument>,
  today: LocalDate,
): RegistrationValues {
  return {
    ...emptyRegistration(today),
    registerId: document.registerId ?? '',
    arrivalDate: formatDate(document.arrivalDate ?? today),
    channel: document.channel ?? 'PAPER_POST',
    hasPaper: document.hasPaper ?? true,
    issuerName: document.issuerName ?? '',
    codeDisplay: document.codeDisplay ?? '',
    issuedDate: formatDate(document.issuedDate ?? null),
    undated: document.issuedDate === null,
    documentType: findDocumentType(document.documentTypeId ?? '')?.name ?? '',
    subject: document.subject ?? '',
    pageAmount: numberText(document.pageAmount),
    copies: numberText(document.copies),
    signerName: document.signerName ?? '',
    signerPosition: document.signerPosition ?? '',
    priority: String(document.priority ?? 0),
    circulation: document.circulation ?? 'khong',
    requiresReply: document.requiresReply ?? false,
    dueDate: formatDate(document.dueDate ?? null),
    forInfo: document.forInfo ?? false,
    routedTo: document.routedTo ?? '',
    note: document.note ?? '',
  };
}

const numberText = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);

export interface ReadContext {
  readonly today: LocalDate;
  readonly organId: string;
  readonly issuerCode: string | null;
  readonly files: IncomingRegistration['files'];
  readonly language: string;
  /** The delivery that is registered; left out for a paper. */
  readonly deliveryId?: string | null;
}

export type ReadRegistration =
  | { readonly ok: true; readonly value: IncomingRegistration }
  | { readonly ok: false; readonly errors: RegistrationErrors };

/** What was typed as a registration, by the same schema and rules that main and the server apply. */
export function readRegistration(
  values: RegistrationValues,
  context: ReadContext,
): ReadRegistration {
  const { today } = context;
  const date = (text: string) =>
    text.trim() === '' ? null : (parseTypedDate(text, today) ?? INVALID);
  const codeDisplay = normaliseLine(values.codeDisplay);
  const raw = {
    organId: context.organId,
    registerId: values.registerId,
    arrivalDate: date(values.arrivalDate),
    channel: values.channel,
    hasPaper: values.hasPaper,
    issuerCode: context.issuerCode,
    issuerName: normaliseLine(values.issuerName),
    codeDisplay,
    ...splitCodeDisplay(codeDisplay),
    issuedDate: values.undated ? null : date(values.issuedDate),
    documentTypeId: findTypedDocumentType(values.documentType) ?? '',
    subject: normaliseLine(values.subject),
    language: context.language,
    pageAmount: wholeNumber(values.pageAmount),
    copies: wholeNumber(values.copies),
    signerName: lineOrNull(values.signerName),
    signerPosition: lineOrNull(values.signerPosition),
    priority: Number(values.priority),
    circulation: values.circulation,
    requiresReply: values.requiresReply,
    dueDate: values.forInfo ? null : date(values.dueDate),
    forInfo: values.forInfo,
    routedTo: lineOrNull(values.routedTo),
    note: lineOrNull(values.note),
    notSecretConfirmed: values.notSecretConfirmed,
    files: context.files,
    deliveryId: context.deliveryId ?? null,
  };
  const errors: RegistrationErrors = {};
  const parsed = IncomingRegistration.safeParse(raw);
  if (!parsed.success) {
    for (const { path } of parsed.error.issues)
      Object.assign(errors, errorOf(String(path[0]), values));
  }
  if (!values.undated && raw.issuedDate === null)
    errors.issuedDate = t('incoming.invalid.issuedDateMissing');
  if (values.requiresReply && raw.dueDate === null)
    errors.dueDate = t('incoming.invalid.dueDateMissing');
  if (parsed.success && Object.keys(errors).length === 0) {
    const checked = checkRegistration(parsed.data, today);
    if (checked.ok) return { ok: true, value: checked.value };
    Object.assign(errors, ruleError(checked.error));
  }
  return { ok: false, errors };
}

/** Stands for a text that is no date: no schema takes it. */
const INVALID = 'invalid';

/** The type whose name or abbreviation was typed, with or without marks; undefined when none or several fit. */
export function findTypedDocumentType(text: string): string | undefined {
  const typed = normaliseLine(text);
  if (typed === '') return undefined;
  const exact = documentTypes.find(
    ({ name, abbreviation }) => name === typed || abbreviation === typed,
  );
  if (exact) return exact.id;
  const folded = foldForSearch(typed);
  const same = documentTypes.filter(
    ({ name, abbreviation }) =>
      foldForSearch(name) === folded || foldForSearch(abbreviation) === folded,
  );
  if (same.length > 0) return same.length === 1 ? same[0]?.id : undefined;
  const starting = documentTypes.filter(({ name }) => foldForSearch(name).startsWith(folded));
  return starting.length === 1 ? starting[0]?.id : undefined;
}

function errorOf(path: string, values: RegistrationValues): RegistrationErrors {
  switch (path) {
    case 'organId':
    case 'registerId':
      return { registerId: t('incoming.invalid.registerId') };
    case 'arrivalDate':
      return {
        arrivalDate: t(
          values.arrivalDate.trim() === ''
            ? 'incoming.invalid.arrivalDateMissing'
            : 'incoming.invalid.date',
        ),
      };
    case 'issuedDate':
      return { issuedDate: t('incoming.invalid.date') };
    case 'dueDate':
      return { dueDate: t('incoming.invalid.date') };
    case 'documentTypeId':
      return { documentType: t('incoming.invalid.documentTypeId') };
    case 'issuerName':
    case 'codeDisplay':
    case 'subject':
    case 'pageAmount':
    case 'copies':
    case 'notSecretConfirmed':
      return { [path]: t(`incoming.invalid.${path}`) };
    case 'signerName':
      return { signerName: t('incoming.invalid.tooLong', { max: 50 }) };
    case 'signerPosition':
      return { signerPosition: t('incoming.invalid.tooLong', { max: 100 }) };
    case 'routedTo':
      return { routedTo: t('incoming.invalid.tooLong', { max: '1.000' }) };
    case 'note':
      return { note: t('incoming.invalid.tooLong', { max: 500 }) };
    default:
      return {};
  }
}

function ruleError(
  failure: Exclude<ReturnType<typeof checkRegistration>, { ok: true }>['error'],
): RegistrationErrors {
  switch (failure.code) {
    case 'incoming.arrival-in-future':
      return { arrivalDate: t('incoming.invalid.arrivalInFuture') };
    case 'incoming.document-date-needs-note':
      return { note: t('incoming.invalid.note', { date: formatDate(failure.issuedDate) }) };
    case 'incoming.due-before-arrival':
      return { dueDate: t('incoming.invalid.dueDate') };
  }
}

const lineOrNull = (text: string): string | null => normaliseLine(text) || null;

/** NaN for what is no whole number, so that the schema refuses it; null for an empty field. */
function wholeNumber(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}
