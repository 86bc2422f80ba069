import { z } from 'zod';
import { CertifiedCopy } from '../../domain/document/certified-copy';
import { IncomingDocument } from '../../domain/document/incoming-document';
import { OutgoingDocument } from '../../domain/document/outgoing-document';
import { mayAct, type Permission } from '../../domain/organ/permission';
import { Organ, OrgUnit } from '../../domain/organ/organ';
import { User } from '../../domain/organ/user';
import {
  acceptEntry,
  acceptPaperNumber,
  fillsInTime,
  type DisputeReason,
  type EntryVerdict,
} from '../../domain/register/accept-entry';
import { acceptSlip, NumberSlip, SLIP_WAITS, slipText } from '../../domain/register/number-slip';
import { QueuedRequest } from '../../domain/register/number-queue';
import type { Register, RegisterEntry } from '../../domain/register/register';
import type { ErrorCode } from '../../errors/catalogue';
import { fromHex } from '../../kernel/bytes';
import type { JsonObject } from '../../kernel/canonical-json';
import { DocumentId, FileHash, RegisterId, UserId } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import { codePointLength } from '../../kernel/vietnamese-text';
import type { LockedRegister, RecordReference } from '../intake-store';
import type { Operation } from '../operation';
import type { ServerRecord } from '../record';
import {
  defineAct,
  instantOf,
  rejected,
  type AnyAct,
  type Decision,
  type DecisionContext,
} from './act';
import { decideOnRegister, mayBeNumbered, withNumber, withVoidedNumber } from './register-decision';

type NumberedType = QueuedRequest['type'];

/** What has numbers, and in which books. */
const numbered: Readonly<
  Record<
    NumberedType,
    {
      readonly schema: z.ZodType<IncomingDocument | OutgoingDocument | CertifiedCopy>;
      readonly direction: Register['direction'];
    }
  >
> = {
  incomingDocument: { schema: IncomingDocument, direction: 'den' },
  outgoingDocument: { schema: OutgoingDocument, direction: 'di' },
  certifiedCopy: { schema: CertifiedCopy, direction: 'banSao' },
};

const asContent = (value: object): JsonObject => value as JsonObject;

/** What printing an outgoing code needs besides the document. */
export function recordsOfCode(target: ServerRecord | undefined): readonly RecordReference[] {
  const copy = CertifiedCopy.safeParse(target?.content);
  if (target?.type === 'certifiedCopy' && copy.success)
    return [{ type: 'organ', id: copy.data.organId }];
  const document = OutgoingDocument.safeParse(target?.content);
  if (target?.type !== 'outgoingDocument' || !document.success) return [];
  const { organId, draftingUnitId } = document.data;
  return [
    { type: 'organ', id: organId },
    { type: 'orgUnit', id: draftingUnitId },
  ];
}

/** The request of this act's author for its document; undefined when the office's records do not say how it is printed. */
export function requestOf({ operation, records }: DecisionContext): QueuedRequest | undefined {
  const content = records.get(operation.target.id)?.content;
  if (operation.target.type === 'incomingDocument') return ownRequest(operation, null);
  const organOf = (organId: string | undefined) =>
    Organ.safeParse(records.get(organId ?? '')?.content).data;
  if (operation.target.type === 'certifiedCopy') {
    const organ = organOf(CertifiedCopy.safeParse(content).data?.organId);
    return (
      organ && ownRequest(operation, { organShortName: organ.shortName, unitAbbreviation: '' })
    );
  }
  const document = OutgoingDocument.safeParse(content);
  if (!document.success) return undefined;
  const organ = organOf(document.data.organId);
  const unit = OrgUnit.safeParse(records.get(document.data.draftingUnitId)?.content);
  if (!organ || !unit.success) return undefined;
  const code = {
    organShortName: organ.shortName,
    unitAbbreviation: unit.data.abbreviation,
  };
  return ownRequest(operation, code);
}

const ownRequest = (operation: Operation, code: QueuedRequest['code']): QueuedRequest => ({
  documentId: DocumentId.parse(operation.target.id),
  requestedBy: operation.actor,
  requestedAt: instantOf(operation),
  type: operation.target.type as NumberedType,
  code,
});

/** What every act on a document's number looks at first. */
interface NumberedTarget {
  readonly content: JsonObject;
  readonly document: IncomingDocument | OutgoingDocument | CertifiedCopy;
  readonly locked: LockedRegister;
}

function findTarget(
  { operation, actor, records, register }: DecisionContext,
  permission: Permission,
): NumberedTarget | ErrorCode {
  const record = records.get(operation.target.id);
  if (!record || record.type !== operation.target.type) return 'operation.target-missing';
  const type = record.type as NumberedType;
  const document = numbered[type].schema.parse(record.content);
  const { organId } = document;
  if (!mayAct(actor, { permission, role: operation.role, organId })) return 'register.not-allowed';
  const { direction } = numbered[type];
  const isOwn = register?.register.organId === organId && register.register.direction === direction;
  if (!register || !isOwn) return 'register.unknown';
  return { content: record.content, document, locked: register };
}

/**
 * What speaks against a number that its holder gave: its author's right was withdrawn since, or the paper went back, has
 * a number, or is not here.
 */
type Objection = Extract<DisputeReason, 'notAllowed' | 'notFit'>;

interface GivenTarget {
  /** Undefined for a paper that is not here: its draft was refused or deleted. */
  readonly content: JsonObject | undefined;
  readonly locked: LockedRegister;
  readonly objection: Objection | undefined;
  /** A row of the book may be kept for the paper: it has no other number (I-9). */
  readonly isFree: boolean;
}

function findGiven(context: DecisionContext): GivenTarget | undefined {
  const { operation, actor, records, register: locked } = context;
  const type = operation.target.type as NumberedType;
  const record = records.get(operation.target.id);
  const content = record?.type === type ? record.content : undefined;
  const { direction, schema } = numbered[type];
  if (locked?.register.direction !== direction) return undefined;
  const { organId } = locked.register;
  if (content && schema.parse(content).organId !== organId) return undefined;
  const isAllowed = mayAct(actor, { permission: 'keepRegister', role: operation.role, organId });
  const isFree =
    content !== undefined && !numberOf(record) && !locked.booked.has(operation.target.id);
  const isFit = isFree && mayBeNumbered(type, content) && requestOf(context) !== undefined;
  const objection = isAllowed ? (isFit ? undefined : 'notFit') : 'notAllowed';
  return { content, locked, objection, isFree };
}

const Allocation = z
  .object({
    registerId: RegisterId,
    epoch: z.int().positive(),
    number: z.int().positive(),
    date: LocalDate,
    prevEntryHash: FileHash,
    /** What the holder printed an outgoing code with; null for an arrival. */
    code: QueuedRequest.unwrap().shape.code.default(null),
  })
  .readonly();

/**
 * `cmd.allocateNumber`: a number that the holder of a lease gave, online or not (§9.4). The server takes it in, fills
 * what was kept for it, or opens a dispute: see `settleGiven` for whose numbers are refused.
 */
const allocateNumber = defineAct<z.infer<typeof Allocation>>({
  body: Allocation,
  needs: ({ registerId, number }, target) => ({
    registerId,
    number,
    records: recordsOfCode(target),
  }),
  decide: (body, context) => {
    const target = findGiven(context);
    const { operation, place, latestDate, now, sha256 } = context;
    if (!target || !place) return rejected('register.unknown');
    const { counter, custody } = target.locked;
    const entry = { ...body, documentId: operation.target.id };
    const from = { deviceId: operation.dev, inc: operation.inc };
    const upload = { entry, from, place, latestDate, now };
    return settleGiven(context, target, body, acceptEntry({ counter, custody }, upload, sha256));
  },
  // The holder's own number is shown once its journal has it (M-13).
  preview: (content, body, operation) => {
    const type = operation.target.type as NumberedType;
    if (content === null || !isNumberable(type, content)) return content;
    return withNumber(content, ownRequest(operation, body.code), body);
  },
});

/** What another version of the program wrote may not be readable here: it is shown as it is. */
const isNumberable = (type: NumberedType, content: JsonObject): boolean =>
  numbered[type].schema.safeParse(content).success && mayBeNumbered(type, content);

const SlipTaking = z
  .object({ slip: NumberSlip, code: QueuedRequest.unwrap().shape.code.default(null) })
  .readonly();

/**
 * `cmd.takeNumber`: a number that the office's hub gave of a register leased to it (§20). Whose machine brings it does not
 * matter, the hub's signature does; a hub without the lease gives none (M-26).
 */
const takeNumber = defineAct<z.infer<typeof SlipTaking>>({
  body: SlipTaking,
  needs: ({ slip }, target) => ({
    registerId: slip.registerId,
    number: slip.number,
    records: recordsOfCode(target),
    device: slip,
  }),
  decide: ({ slip, code }, context) => {
    const target = findGiven(context);
    const { operation, place, latestDate, now, device, verify } = context;
    if (!target || !place) return rejected('register.unknown');
    const isGood =
      device?.kind === 'hub' &&
      slip.documentId === operation.target.id &&
      verify(device.publicKey, slipText(slip), fromHex(slip.sig));
    if (!isGood) return rejected('register.bad-slip');
    const verdict = acceptSlip(target.locked, { slip, place, latestDate, now });
    return settleGiven(context, target, { ...slip, code }, verdict, slip);
  },
  preview: (content, { slip, code }, operation) => {
    const type = operation.target.type as NumberedType;
    if (content === null || !isNumberable(type, content)) return content;
    return withNumber(content, ownRequest(operation, code), slip);
  },
});

const PaperNumber = z
  .object({ registerId: RegisterId, number: z.int().positive(), date: LocalDate })
  .readonly();
type PaperNumber = z.infer<typeof PaperNumber>;

/** `cmd.recordPaperNumber`: given by hand during an outage: entered if it is the next one, else a dispute (N-20). */
const recordPaperNumber = defineAct<PaperNumber>({
  body: PaperNumber,
  needs: ({ registerId, number }, target) => ({
    registerId,
    number,
    records: recordsOfCode(target),
  }),
  decide: (body, context) => {
    const target = findTarget(context, 'keepRegister');
    if (typeof target === 'string') return rejected(target);
    const { operation, place } = context;
    const { register, counter, custody } = target.locked;
    if (!place) return rejected('register.unknown');
    if (Number(body.date.slice(0, 4)) !== register.year) return rejected('register.wrong-year');
    if (body.date > context.latestDate) return rejected('register.date-goes-back');
    const documentId = operation.target.id;
    const verdict = acceptPaperNumber({ counter, custody }, { ...body, documentId }, place);
    return settle(context, target, body, verdict);
  },
  preview: (content) => content,
});

/**
 * What becomes of a holder's number. It may stand on paper already, so nothing that happened since takes it away: its row
 * is kept, the numbers behind it go on, and a person decides (§9.4, I-10). Of an author without the right only a number
 * counts that its holder is proved to have given: by the chain, by what is kept for its lease, or by a hub's signature.
 * Any other one is refused: whoever may keep no register must not flag papers or stop a book (I-12, I-13, M-26).
 */
function settleGiven(
  context: DecisionContext,
  target: GivenTarget,
  given: GivenNumber,
  verdict: EntryVerdict,
  slip?: NumberSlip,
): Decision {
  const { content, locked, objection, isFree } = target;
  const { operation } = context;
  const isProved = slip !== undefined || verdict.kind !== 'dispute' || verdict.reason === 'date';
  if (objection === 'notAllowed' && !isProved) return rejected('register.not-allowed');
  if (verdict.kind === 'dispute' || verdict.kind === 'known' || !objection) {
    if (!content) return rejected('operation.target-missing');
    return settle(context, { content, locked }, given, verdict, slip);
  }
  const { number, date } = given;
  const row = { ...rowOf(context, locked, number), kind: 'placeholder', date: null } as const;
  const kept = isFree ? row : { ...row, documentId: null, keptFor: null, note: NO_PAPER };
  const dispute = disputeOf(context, locked, { number, date, reason: objection });
  return decideOnRegister(context, locked, {
    changes: content ? [{ ...operation.target, content: { ...content, dispute } }] : [],
    ...(verdict.kind === 'fills'
      ? { replaced: [kept] }
      : { book: verdict.book, added: [...waitingSlips(context, locked, verdict, slip), kept] }),
    dequeued: locked.isQueued ? [operation.target.id] : [],
  });
}

/** Of a number that a holder gave a paper which is not here, or has another number. */
const NO_PAPER = 'Máy giữ sổ đã cấp; chưa có hồ sơ nào nhận số này';

/** Numbers that the hub gave before this one and that are still on their way. */
const waitingSlips = (
  context: DecisionContext,
  locked: LockedRegister,
  verdict: EntryVerdict,
  slip: NumberSlip | undefined,
): readonly RegisterEntry[] =>
  ('gap' in verdict && verdict.gap ? verdict.gap : []).map((missing) => ({
    ...rowOf(context, locked, missing),
    kind: 'placeholder' as const,
    documentId: null,
    note: SLIP_WAITS,
    keptFor: slip ? { deviceId: slip.deviceId, epoch: slip.epoch } : null,
  }));

/** What was given, and what an outgoing code was printed with. */
type GivenNumber = Pick<PaperNumber, 'number' | 'date'> & Partial<Pick<QueuedRequest, 'code'>>;

/** What a verdict changes: the document, the book, and the other document of a double number. */
function settle(
  context: DecisionContext,
  { content, locked }: Pick<NumberedTarget, 'content' | 'locked'>,
  { number, date, code }: GivenNumber,
  verdict: EntryVerdict,
  slip?: NumberSlip,
): Decision {
  const { operation, place, records } = context;
  const type = operation.target.type as NumberedType;
  const own = (changed: JsonObject) => ({ ...operation.target, content: changed });
  const dequeued = locked.isQueued ? [operation.target.id] : [];
  const asked = requestOf(context);
  // The paper carries the code as its holder printed it.
  const request = asked && { ...asked, code: code ?? asked.code };
  const given = { registerId: locked.register.id, number, date };
  if (verdict.kind === 'known') {
    // After a restore the row may be here and the paper's number not yet (§13.2).
    const isLost = !numberOf(records.get(operation.target.id)) && place?.entry?.kind === 'document';
    const isGiven = isLost && request && mayBeNumbered(type, content);
    return decideOnRegister(context, locked, {
      changes: [own(isGiven ? withNumber(content, request, given) : content)],
      ...(isGiven ? { dequeued } : {}),
    });
  }
  const gap = waitingSlips(context, locked, verdict, slip);
  if (verdict.kind === 'dispute' || verdict.kind === 'keeps') {
    const reason = verdict.kind === 'keeps' ? 'date' : verdict.reason;
    const dispute = disputeOf(context, locked, { number, date, reason });
    const otherId = place?.entry?.documentId;
    const other = otherId ? records.get(otherId) : undefined;
    const kept = { ...rowOf(context, locked, number), kind: 'placeholder', date: null } as const;
    return decideOnRegister(context, locked, {
      changes: [
        own({ ...content, dispute }),
        ...(other
          ? [{ type: other.type, id: other.id, content: { ...other.content, dispute } }]
          : []),
      ],
      book: verdict.book,
      added: verdict.kind === 'keeps' ? [...gap, kept] : [],
      dequeued,
    });
  }
  if (!mayBeNumbered(type, content)) return rejected('register.already-numbered');
  if (!request) return rejected('operation.target-missing');
  const entry: RegisterEntry = { ...rowOf(context, locked, number), date };
  return decideOnRegister(context, locked, {
    changes: [own(withNumber(content, request, given))],
    ...(verdict.kind === 'next'
      ? { book: verdict.book, added: [...gap, entry] }
      : { replaced: [entry] }),
    dequeued,
  });
}

const rowOf = (
  { operation, place }: DecisionContext,
  { register }: LockedRegister,
  number: number,
): RegisterEntry => ({
  registerId: register.id,
  number,
  date: null,
  documentId: DocumentId.parse(operation.target.id),
  givenBy: operation.actor,
  kind: 'document',
  note: place?.entry?.note === SLIP_WAITS ? null : (place?.entry?.note ?? null),
  keptFor: place?.entry?.keptFor ?? null,
});

const disputeOf = (
  { now }: DecisionContext,
  { register }: LockedRegister,
  found: { readonly number: number; readonly date: LocalDate; readonly reason: DisputeReason },
): JsonObject => asContent({ registerId: register.id, ...found, openedAt: now });

/** At least ten characters besides blanks at the ends (VB021). */
export const isVoidReason = (reason: string): boolean => codePointLength(reason.trim()) >= 10;

const Voiding = z.object({ reason: z.string().max(500), approver: UserId }).readonly();

const numberOf = (
  target: ServerRecord | undefined,
): { readonly registerId: string; readonly number: number } | undefined => {
  const number =
    target?.content[target.type === 'incomingDocument' ? 'arrivalNumber' : 'codeNumber'];
  const registerId = target?.content['registerId'];
  return typeof number === 'number' && typeof registerId === 'string'
    ? { registerId, number }
    : undefined;
};

/** States in which a number may still be voided. */
export const voidable: readonly string[] = [
  'daDangKy',
  'daTrinh',
  'daChiDao',
  'dangXuLy',
  'daCapSo',
  'daDongDau',
];

/** `cmd.voidNumber`: the row stays, with reason and who agreed; its number is never given again (N-15, VB021). */
const voidNumber = defineAct<z.infer<typeof Voiding>>({
  body: Voiding,
  needs: ({ approver }, target) => ({
    ...numberOf(target),
    records: [{ type: 'user', id: approver }],
  }),
  decide: ({ reason, approver }, context) => {
    if (!numberOf(context.records.get(context.operation.target.id))) {
      return rejected('register.not-numbered');
    }
    const target = findTarget(context, 'keepRegister');
    if (typeof target === 'string') return rejected(target);
    const { content, document, locked } = target;
    const { operation, place, records } = context;
    if (!isVoidReason(reason)) return rejected('register.reason-missing');
    const leader = User.safeParse(records.get(approver)?.content);
    if (!leader.success || !isLeaderOf(leader.data, document.organId)) {
      return rejected('register.reason-missing');
    }
    if (document.dispute !== null) return rejected('register.in-dispute');
    const entry = place?.entry;
    const words = `Đã hủy: ${reason.trim()} (đồng ý: ${leader.data.fullName})`;
    // After a restore a witness may have brought the row before its author sends the act again (§13.2).
    const isDone = entry?.kind === 'voided' && (entry.note ?? '').endsWith(words);
    if (!isDone && !voidable.includes(document.state))
      return rejected('operation.field-not-editable');
    if (entry?.documentId !== operation.target.id) return rejected('register.not-numbered');
    const note = [entry.note, words].filter((text) => text !== null).join('. ');
    return decideOnRegister(context, locked, {
      changes: [{ ...operation.target, content: withVoidedNumber(operation.target.type, content) }],
      replaced: isDone ? [] : [{ ...entry, kind: 'voided', note }],
    });
  },
  preview: (content) => content,
});

const isLeaderOf = (user: User, organId: string): boolean =>
  user.grants.some(({ role }) => mayAct(user, { permission: 'settleNumber', role, organId }));

const Settlement = z
  .object({ decision: z.enum(['correctDate', 'renumber', 'keep']), date: LocalDate.nullable() })
  .readonly();

/**
 * `cmd.resolveDispute`: a leader decides. `correctDate`: the number that is kept for the document gets it, with a date
 * that fits; `renumber`: the document gets a new number; `keep`: the book is right as it stands, only the flag goes.
 */
const resolveDispute = defineAct<z.infer<typeof Settlement>>({
  body: Settlement,
  needs: (_body, target) => {
    const dispute = IncomingDocument.unwrap().shape.dispute.safeParse(target?.content['dispute']);
    const records = recordsOfCode(target);
    if (!dispute.success || !dispute.data) return { records };
    return { records, registerId: dispute.data.registerId, number: dispute.data.number };
  },
  decide: ({ decision, date }, context) => {
    const { operation, records, place } = context;
    if (!records.get(operation.target.id)?.content['dispute'])
      return rejected('register.no-dispute');
    const target = findTarget(context, 'settleNumber');
    if (typeof target === 'string') return rejected(target);
    const { content, document, locked } = target;
    const settled: JsonObject = { ...content, dispute: null };
    if (decision === 'keep') {
      return decideOnRegister(context, locked, {
        changes: [{ ...operation.target, content: settled }],
      });
    }
    const request = requestOf(context);
    if (!request || !document.dispute) return rejected('operation.target-missing');
    if (!mayBeNumbered(request.type, settled)) return rejected('register.already-numbered');
    if (decision === 'renumber') {
      return decideOnRegister(context, locked, {
        changes: [
          {
            ...operation.target,
            content: { ...settled, numberRequestedAt: request.requestedAt },
          },
        ],
        enqueued: locked.isQueued ? [] : [request],
      });
    }
    const kept = place?.entry;
    const isFree =
      kept?.kind === 'placeholder' &&
      (kept.documentId === null || kept.documentId === operation.target.id);
    if (!isFree || !place) return rejected('register.no-placeholder');
    if (date === null || !fillsInTime(place, date) || date > context.latestDate) {
      return rejected('register.date-goes-back');
    }
    const { number } = kept;
    const filled = { registerId: locked.register.id, number, date };
    return decideOnRegister(context, locked, {
      changes: [{ ...operation.target, content: withNumber(settled, request, filled) }],
      replaced: [{ ...rowOf(context, locked, number), date }],
    });
  },
  preview: (content) => content,
});

/** Acts on the number of a document, the same for both directions. */
export const numberActs = {
  'cmd.allocateNumber': allocateNumber,
  'cmd.takeNumber': takeNumber,
  'cmd.recordPaperNumber': recordPaperNumber,
  'cmd.voidNumber': voidNumber,
  'cmd.resolveDispute': resolveDispute,
} as const satisfies Readonly<Record<string, AnyAct>>;
