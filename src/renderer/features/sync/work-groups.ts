import { describeFailure } from '@shared/i18n/failures';
import { t } from '@shared/i18n/translate';
import { vi } from '@shared/i18n/vi';
import type { Output } from '@shared/ipc/contract';
import type { Json, JsonObject } from '@shared/kernel/canonical-json';
import type { RefusedWork } from '../../data/refused-work';

export type WorkItem = Output<'operations.list'>[number];

/** Acts upon one record, told together: a registration and its request for a number are one matter to a clerk. */
export interface WorkGroup {
  readonly targetId: string;
  readonly type: WorkItem['target']['type'];
  readonly items: readonly WorkItem[];
  /** What the record is called, when one of the acts carries it. */
  readonly title: string | undefined;
  /** The act that makes the record, when it is among the acts. */
  readonly creation: WorkItem | undefined;
}

export function groupWork(items: readonly WorkItem[]): readonly WorkGroup[] {
  const byTarget = new Map<string, WorkItem[]>();
  for (const item of items)
    byTarget.set(item.target.id, [...(byTarget.get(item.target.id) ?? []), item]);
  return [...byTarget].map(([targetId, own]) => {
    const creation = own.find(({ kind }) => kind === 'create');
    const type = own[0]?.target.type ?? 'incomingDocument';
    return {
      targetId,
      type,
      items: own,
      creation,
      title: creation && titleOf(creation),
    };
  });
}

/** The form in which refused work can be mended. */
export type MendingForm = 'registerIncoming' | 'correctIncoming' | 'draftOutgoing' | 'editDraft';

/** What can be done with refused work besides reading it; undefined when only the document itself helps. */
export function mendingOf({
  items,
  type,
  creation,
}: WorkGroup):
  | { readonly by: 'form'; readonly form: MendingForm; readonly refused: RefusedWork }
  | { readonly by: 'resending'; readonly items: readonly WorkItem[] }
  | undefined {
  const isIncoming = type === 'incomingDocument';
  if (!isIncoming && type !== 'outgoingDocument') return undefined;
  if (creation) {
    const form = isIncoming ? 'registerIncoming' : 'draftOutgoing';
    return { by: 'form', form, refused: { bodies: [creation.body], replaces: items.map(opIdOf) } };
  }
  const patches = items.filter(({ kind }) => kind === 'patch');
  if (patches.length > 0) {
    const form = isIncoming ? 'correctIncoming' : 'editDraft';
    const bodies = patches.map(({ body }) => body);
    return { by: 'form', form, refused: { bodies, replaces: patches.map(opIdOf) } };
  }
  const requests = items.filter(({ kind }) => kind === 'cmd.requestNumber');
  return requests.length > 0 ? { by: 'resending', items: requests } : undefined;
}

/** What was typed as a change that was refused, for a new document; undefined for everything else. */
export function freshOf({
  items,
  type,
}: WorkGroup): { readonly form: MendingForm; readonly refused: RefusedWork } | undefined {
  const form = { incomingDocument: 'registerIncoming', outgoingDocument: 'draftOutgoing' } as const;
  const patches = items.filter(({ kind, state }) => kind === 'patch' && state === 'rejected');
  if (patches.length === 0 || (type !== 'incomingDocument' && type !== 'outgoingDocument')) return;
  const typed = Object.assign({}, ...patches.map(({ body }) => patchValues(body))) as JsonObject;
  return { form: form[type], refused: { bodies: [typed], replaces: patches.map(opIdOf) } };
}

const opIdOf = ({ opId }: WorkItem): string => opId;

function titleOf({ body }: WorkItem): string {
  const text = (field: string) => (typeof body[field] === 'string' ? body[field] : '');
  return [text('codeDisplay'), text('subject')].filter((part) => part !== '').join(' – ');
}

export function actLabel({ kind, target }: Pick<WorkItem, 'kind' | 'target'>): string {
  const restricted = restrictedActs[target.type === 'dossier' ? `dossier.${kind}` : kind];
  if (restricted) return t(`sync.item.restricted.${restricted}`);
  const certificate = target.type === 'signingCertificate' ? certificateActs[kind] : undefined;
  if (certificate) return t(`sync.item.certificate.${certificate}`);
  const register = registerAct(kind);
  if (register) return t(`sync.item.register.${register}`);
  const copy = target.type === 'certifiedCopy' ? copyActs[kind] : undefined;
  if (copy) return t(`sync.item.certifiedCopy.${copy}`);
  if (target.type === 'outgoingDocument') return outgoingActLabel(kind);
  switch (kind) {
    case 'create':
      return t('sync.item.create');
    case 'patch':
      return t('sync.item.patch');
    case 'cmd.requestNumber':
      return t('sync.item.requestNumber');
    case 'cmd.resolveConflict':
      return t('sync.item.resolveConflict');
    case 'cmd.refuseDelivery':
      return t('sync.item.refuseDelivery');
    default:
      return t('sync.item.otherAct', { kind });
  }
}

type RegisterAct = keyof typeof vi.sync.item.register;

/** Acts on books and numbers, whatever they are about. */
const registerAct = (kind: string): RegisterAct | undefined =>
  registerActs.find((act) => kind === `cmd.${act}`);

const registerActs = Object.keys(vi.sync.item.register) as readonly RegisterAct[];

/** Acts on restricted dossiers and held work, whatever document they are about. */
const restrictedActs: Readonly<Record<string, keyof typeof vi.sync.item.restricted>> = {
  'dossier.create': 'openDossier',
  'dossier.cmd.setMembers': 'setMembers',
  'cmd.moveToDossier': 'moveToDossier',
  'cmd.leaveDossier': 'leaveDossier',
  'cmd.seal': 'seal',
  'cmd.acceptHeld': 'acceptHeld',
  'cmd.returnHeld': 'returnHeld',
};

const copyActs: Readonly<Record<string, keyof typeof vi.sync.item.certifiedCopy>> = {
  create: 'create',
  'cmd.requestNumber': 'requestNumber',
  'cmd.recordCopySignature': 'recordCopySignature',
};

const certificateActs: Readonly<Record<string, keyof typeof vi.sync.item.certificate>> = {
  create: 'ask',
  'cmd.confirmCertificate': 'confirm',
  'cmd.refuseCertificate': 'refuse',
  'cmd.requestPicture': 'askPicture',
  'cmd.confirmPicture': 'confirmPicture',
  'cmd.refusePicture': 'refusePicture',
};

const outgoingActs: Readonly<Record<string, keyof typeof vi.sync.item.outgoing>> = {
  create: 'create',
  patch: 'patch',
  'cmd.submitDraft': 'submitDraft',
  'cmd.approveContent': 'approveContent',
  'cmd.approveFormat': 'approveFormat',
  'cmd.returnDraft': 'returnDraft',
  'cmd.recordSignature': 'recordSignature',
  'cmd.requestNumber': 'requestNumber',
  'cmd.recordSeal': 'recordSeal',
  'cmd.addAppendix': 'addAppendix',
  'cmd.dropAppendix': 'dropAppendix',
  'cmd.recordAppendixSignature': 'recordAppendixSignature',
  'cmd.dispatch': 'dispatch',
  'cmd.dropDraft': 'dropDraft',
};

function outgoingActLabel(kind: string): string {
  const act = outgoingActs[kind];
  return act ? t(`sync.item.outgoing.${act}`) : t('sync.item.otherAct', { kind });
}

/** What was typed, to be pasted elsewhere: one line a field, then the reason. */
export function copyTextOf(
  group: WorkGroup,
  labelOf: (field: string) => string | undefined,
): string {
  const lines = group.items.flatMap((item) => [
    actLabel(item),
    ...fieldsOf(item).flatMap(([field, value]) => {
      const label = labelOf(field);
      return label === undefined || value === '' ? [] : [`  ${label}: ${value}`];
    }),
    ...(item.code === null
      ? []
      : [`  ${describeFailure(item.code).what} (${describeFailure(item.code).reference})`]),
  ]);
  return lines.join('\n');
}

function fieldsOf({ kind, body }: WorkItem): readonly (readonly [string, string])[] {
  const source = kind === 'patch' ? patchValues(body) : body;
  return Object.entries(source).map(([field, value]) => [
    field,
    typeof value === 'string' || typeof value === 'number' ? String(value) : '',
  ]);
}

const patchValues = (body: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> => {
  const set = body['set'];
  if (set === null || typeof set !== 'object' || Array.isArray(set)) return {};
  return Object.fromEntries(
    Object.entries(set as Readonly<Record<string, { readonly now?: Json }>>).map(
      ([field, change]) => [field, change.now ?? null],
    ),
  );
};
