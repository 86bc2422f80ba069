import { findAgency } from '@shared/domain/organ/find-agency';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import {
  OutgoingDraft,
  type Recipient,
  type SigningForm,
} from '@shared/domain/document/outgoing-document';
import { stepRule } from '@shared/domain/document/outgoing-steps';
import { signingRole } from '@shared/domain/document/outgoing-work';
import type { Agency, Organ } from '@shared/domain/organ/organ';
import type { Role, User } from '@shared/domain/organ/user';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { parseTypedDate, type LocalDate } from '@shared/kernel/local-date';
import { codePointLength, normaliseLine } from '@shared/kernel/vietnamese-text';

/** The form as typed: texts and ticks, nothing interpreted before saving. Lists and files stand beside it. */
export interface DraftValues {
  organId: string;
  draftingUnitId: string;
  documentTypeId: string;
  subject: string;
  signerUserId: string;
  priority: string;
  circulation: OutgoingDraft['circulation'];
  replyDueDate: string;
  note: string;
  notSecretConfirmed: boolean;
}

export type DraftErrors = Partial<Record<keyof DraftValues | 'recipients' | 'drafts', string>>;

export interface DraftStart {
  readonly values: DraftValues;
  readonly recipients: readonly Recipient[];
}

export const emptyDraft = (organId: string, draftingUnitId: string): DraftStart => ({
  values: {
    organId,
    draftingUnitId,
    documentTypeId: '',
    subject: '',
    signerUserId: '',
    priority: '0',
    circulation: 'khong',
    replyDueDate: '',
    note: '',
    notSecretConfirmed: false,
  },
  recipients: [],
});

/** The form of a draft that exists. The statement is made anew. */
export const startFrom = (document: OutgoingDraft): DraftStart => ({
  values: {
    organId: document.organId,
    draftingUnitId: document.draftingUnitId,
    documentTypeId: document.documentTypeId,
    subject: document.subject,
    signerUserId: document.signerUserId,
    priority: String(document.priority),
    circulation: document.circulation,
    replyDueDate: formatDate(document.replyDueDate),
    note: document.note ?? '',
    notSecretConfirmed: false,
  },
  recipients: document.recipients,
});

/** Someone who may sign for an organ, with what is printed under the signature. */
export interface Signer {
  readonly userId: User['id'];
  readonly name: string;
  readonly position: string;
  readonly form: SigningForm;
}

/** Who may sign for an organ, the highest office first. */
export function signersOf(users: readonly User[], organ: Organ): readonly Signer[] {
  const ranks = stepRule('recordSignature').roles;
  return users
    .flatMap((user) => {
      const role = signingRole(user, organ.id);
      return role === undefined ? [] : [{ user, role }];
    })
    .toSorted((a, b) => ranks.indexOf(a.role) - ranks.indexOf(b.role))
    .map(({ user, role }) => ({
      userId: user.id,
      name: user.fullName,
      position: user.position,
      form: signingFormOf(role, organ),
    }));
}

/** The authority in which a person signs by their office (van-ban.md §1.6); others are entered with a delegation. */
function signingFormOf(role: Role, { kind }: Organ): SigningForm {
  if (role === 'chuTich' && kind === 'UBND') return 'TM';
  if (role === 'phoChuTich') return 'TM_KT';
  return role === 'lanhDaoVanPhong' ? 'TL' : 'truc';
}

/** A recipient by the typed name: electronically to an office of this installation, else on paper. */
export function recipientFrom(typed: string, agencies: readonly Agency[]): Recipient | undefined {
  const name = normaliseLine(typed);
  if (name === '') return undefined;
  const agency = findAgency(agencies, name);
  return {
    agencyCode: agency?.code ?? null,
    name: agency?.name ?? name,
    kind: 'chinh',
    channel: agency !== undefined && agency.officeId !== null ? 'lienThong' : 'giay',
  };
}

/** The list with one more; a failure in words when the name is too long or stands there already. */
export function withRecipient(
  recipients: readonly Recipient[],
  added: Recipient,
): { readonly recipients: readonly Recipient[]; readonly error?: string } {
  if (codePointLength(added.name) > 200)
    return { recipients, error: t('outgoing.invalid.recipientLength') };
  const isKnown = recipients.some(
    ({ name, agencyCode }) => name === added.name && agencyCode === added.agencyCode,
  );
  return isKnown
    ? { recipients, error: t('outgoing.invalid.recipientKnown') }
    : { recipients: [...recipients, added] };
}

export interface DraftContext {
  readonly today: LocalDate;
  readonly place: string;
  readonly signers: readonly Signer[];
  readonly recipients: readonly Recipient[];
  readonly replyToIncomingIds: readonly string[];
  readonly drafts: readonly AttachedFile[];
  /** Handing it on asks for a file too. */
  readonly submit: boolean;
}

export type ReadDraft =
  | { readonly ok: true; readonly value: OutgoingDraft }
  | { readonly ok: false; readonly errors: DraftErrors };

/** What was typed as a draft, by the same schema and rules that main and the server apply. */
export function readDraft(values: DraftValues, context: DraftContext): ReadDraft {
  const { today, recipients, signers } = context;
  const signer = signers.find(({ userId }) => userId === values.signerUserId);
  const due =
    values.replyDueDate.trim() === ''
      ? null
      : (parseTypedDate(values.replyDueDate, today) ?? INVALID);
  const parsed = OutgoingDraft.safeParse({
    organId: values.organId,
    draftingUnitId: values.draftingUnitId,
    documentTypeId: values.documentTypeId,
    subject: normaliseLine(values.subject),
    signingForm: signer?.form ?? 'truc',
    signerUserId: signer?.userId ?? '',
    signerName: signer?.name ?? '',
    signerPosition: signer?.position ?? '',
    place: context.place,
    priority: Number(values.priority),
    circulation: values.circulation,
    recipients,
    // One paper copy for each that gets it on paper; the clerk's print run comes with dispatch.
    issuedAmount: recipients.filter(({ channel }) => channel === 'giay').length,
    pageAmount: null,
    replyDueDate: due,
    replyToIncomingIds: context.replyToIncomingIds,
    note: normaliseLine(values.note) || null,
    notSecretConfirmed: values.notSecretConfirmed,
    drafts: context.drafts,
  });
  const errors: DraftErrors = {};
  if (!parsed.success) {
    for (const { path } of parsed.error.issues) Object.assign(errors, errorOf(String(path[0])));
  }
  if (due !== null && due !== INVALID && due < today)
    errors.replyDueDate = t('outgoing.invalid.replyDueDate');
  if (recipients.length === 0) errors.recipients = t('outgoing.invalid.recipients');
  if (context.submit && context.drafts.length === 0) errors.drafts = t('outgoing.invalid.drafts');
  return parsed.success && Object.keys(errors).length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, errors };
}

/** Stands for a text that is no date: no schema takes it. */
const INVALID = 'invalid';

function errorOf(path: string): DraftErrors {
  switch (path) {
    case 'organId':
    case 'draftingUnitId':
    case 'documentTypeId':
    case 'subject':
    case 'signerUserId':
    case 'note':
    case 'notSecretConfirmed':
    case 'recipients':
    case 'drafts':
      return { [path]: t(`outgoing.invalid.${path}`) };
    case 'replyDueDate':
      return { replyDueDate: t('outgoing.invalid.date') };
    default:
      return {};
  }
}
