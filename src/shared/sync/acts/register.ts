import { z } from 'zod';
import { mayAct, type Permission } from '../../domain/organ/permission';
import { OpeningProposal, type Book, type Custody } from '../../domain/register/custody';
import {
  approveRecall,
  confirmLease,
  declineLease,
  freeze,
  grantLease,
  isUntouched,
  openBehind,
  proposeRecall,
  releaseLease,
  type MovedBook,
} from '../../domain/register/lease';
import { HubRelease, releaseByHub, releaseText } from '../../domain/register/number-slip';
import { unfreezeBook } from '../../domain/register/recovery';
import type { RegisterEntry } from '../../domain/register/register';
import { fromHex } from '../../kernel/bytes';
import { DeviceId } from '../../kernel/ids';
import { formatLocalDate, localDateAt } from '../../kernel/local-date';
import type { Result } from '../../kernel/result';
import type { LockedRegister } from '../intake-store';
import { defineAct, rejected, type AnyAct, type Decision, type DecisionContext } from './act';
import { decideOnRegister, type RegisterWork } from './register-decision';
import { isVoidReason } from './register-numbers';

const number = z.int().nonnegative().max(1_000_000);
const epoch = z.int().positive();

interface RegisterAct<Body> {
  readonly body: z.ZodType<Body>;
  readonly permission: Permission;
  readonly number?: (body: Body) => number;
  readonly decide: (body: Body, locked: LockedRegister, context: DecisionContext) => Decision;
}

/** An act on a register itself: the intake locks the target's row, and the person has the right at its organ. */
const defineRegisterAct = <Body>({
  body,
  permission,
  number: numberOf,
  decide,
}: RegisterAct<Body>): AnyAct =>
  defineAct<Body>({
    body,
    needs: (given) => (numberOf ? { number: numberOf(given) } : {}),
    decide: (given, context) => {
      const { operation, actor, register } = context;
      if (!register) return rejected('register.unknown');
      const { organId } = register.register;
      if (!mayAct(actor, { permission, role: operation.role, organId })) {
        return rejected('register.not-allowed');
      }
      return decide(given, register, context);
    },
    // Who has the counter is the server's word alone.
    preview: (content) => content,
  });

const holderOf = ({ operation, deviceName }: DecisionContext) => ({
  deviceId: operation.dev,
  inc: operation.inc,
  name: deviceName,
});

const withBook = (
  context: DecisionContext,
  locked: LockedRegister,
  result: Result<Book>,
): Decision =>
  result.ok
    ? decideOnRegister(context, locked, { book: result.value })
    : rejected(result.error.code);

const withCustody = (
  context: DecisionContext,
  locked: LockedRegister,
  change: Partial<Custody>,
): Decision => {
  const custody = { ...locked.custody, ...change };
  return decideOnRegister(context, locked, { book: { counter: locked.counter, custody } });
};

/** The counter came back: the numbers nobody here has seen become placeholders of the lease that ended (I-10). */
function withPlaceholders(
  context: DecisionContext,
  locked: LockedRegister,
  result: Result<MovedBook>,
): Decision {
  if (!result.ok) return rejected(result.error.code);
  const { book, placeholders } = result.value;
  const { lease, holderName } = locked.custody;
  const day = formatLocalDate(localDateAt(Date.parse(context.now)));
  const note = locked.custody.recovery
    ? `Có trên sổ giấy khi khôi phục máy chủ ngày ${day}, chờ hồ sơ`
    : `Đã cấp khi ngoại tuyến trên máy ${holderName}, chờ hồ sơ (thu hồi sổ ngày ${day})`;
  const added = placeholders.map((n): RegisterEntry => ({
    registerId: locked.register.id,
    number: n,
    date: null,
    documentId: null,
    givenBy: context.operation.actor,
    kind: 'placeholder',
    note,
    keptFor: lease && { deviceId: lease.deviceId, epoch: lease.epoch },
  }));
  const work: RegisterWork = { book, added };
  return decideOnRegister(context, locked, work);
}

const Hub = z.object({ deviceId: DeviceId, inc: epoch }).readonly();
const HubReleasing = z.object({ release: HubRelease }).readonly();
const Nothing = z.object({}).readonly();

/** `cmd.allowLease`: the head of the office lets the register be kept by a workstation, or no longer (sync §19). */
const allowLease = defineRegisterAct({
  body: z.object({ allowed: z.boolean() }).readonly(),
  permission: 'leadRegister',
  decide: ({ allowed }, locked, context) =>
    context.operation.role === 'lanhDaoVanPhong'
      ? withCustody(context, locked, { leaseAllowed: allowed })
      : rejected('register.not-allowed'),
});

/** `cmd.requestLease`: the workstation on which it is asked for becomes the holder (§9.4 "Grant"). */
const requestLease = defineRegisterAct({
  body: Nothing,
  permission: 'keepRegister',
  decide: (_body, locked, context) => {
    const { today, now, sha256 } = context;
    const terms = { holder: holderOf(context), today, now, sha256 };
    return withBook(context, locked, grantLease(locked.register, locked, terms));
  },
});

/** `cmd.leaseToHub`: the office's hub becomes the holder: every clerk of the office then numbers through it (§20). */
const leaseToHub = defineAct<z.infer<typeof Hub>>({
  body: Hub,
  needs: (hub) => ({ device: hub }),
  decide: ({ deviceId, inc }, context) => {
    const { operation, actor, register, device, today, now, sha256 } = context;
    if (!register) return rejected('register.unknown');
    const { organId } = register.register;
    if (!mayAct(actor, { permission: 'keepRegister', role: operation.role, organId }))
      return rejected('register.not-allowed');
    if (device?.kind !== 'hub') return rejected('device.unknown');
    const terms = { holder: { deviceId, inc, name: device.name }, today, now, sha256 };
    return withBook(context, register, grantLease(register.register, register, terms));
  },
  preview: (content) => content,
});

/** `cmd.releaseHubLease`: the hub has signed that it gives no more numbers; whose machine brings that does not matter (§20). */
const releaseHubLease = defineAct<z.infer<typeof HubReleasing>>({
  body: HubReleasing,
  needs: ({ release }) => ({ device: release }),
  decide: ({ release }, context) => {
    const { operation, actor, register, device, verify, now } = context;
    if (!register) return rejected('register.unknown');
    const { organId } = register.register;
    if (!mayAct(actor, { permission: 'keepRegister', role: operation.role, organId }))
      return rejected('register.not-allowed');
    const isGood =
      device?.kind === 'hub' &&
      release.registerId === operation.target.id &&
      verify(device.publicKey, releaseText(release), fromHex(release.sig));
    if (!isGood) return rejected('register.bad-slip');
    return withBook(context, register, releaseByHub(register, release, now));
  },
  preview: (content) => content,
});

/** `cmd.confirmLease`: the grant is in the holder's journal. */
const confirm = defineRegisterAct({
  body: z.object({ epoch }).readonly(),
  permission: 'keepRegister',
  decide: (body, locked, context) => {
    const claim = { ...holderOf(context), epoch: body.epoch };
    return withBook(context, locked, confirmLease(locked, claim, context.now));
  },
});

/** `cmd.declineLease`: the grant is not in the journal; a person has answered the paper question (N-14). */
const decline = defineRegisterAct({
  body: z.object({ lastPaperNumber: number }).readonly(),
  permission: 'keepRegister',
  decide: ({ lastPaperNumber }, locked, context) => {
    const stated = { lastPaperNumber, now: context.now };
    return withPlaceholders(context, locked, declineLease(locked, holderOf(context), stated));
  },
});

/** `cmd.releaseLease`: the holder has sealed its book and sent everything. */
const release = defineRegisterAct({
  body: z.object({ epoch, lastNumber: number, hash: z.string().max(64) }).readonly(),
  permission: 'keepRegister',
  decide: (body, locked, context) => {
    const claim = { ...holderOf(context), ...body };
    return withBook(context, locked, releaseLease(locked, claim, context.now));
  },
});

/** `cmd.proposeRecall`: the holder is lost; a person of the office states the last number issued (§9.5). */
const propose = defineRegisterAct({
  body: z.object({ lastIssued: number }).readonly(),
  permission: 'leadRegister',
  decide: ({ lastIssued }, locked, context) => {
    const proposal = { lastIssued, by: context.operation.actor, now: context.now };
    return withBook(context, locked, proposeRecall(locked, proposal));
  },
});

/** `cmd.approveRecall`: the province's administrator, another person than who proposed it. */
const approve = defineRegisterAct({
  body: Nothing,
  permission: 'approveRecall',
  decide: (_body, locked, context) => {
    const approval = { by: context.operation.actor, now: context.now };
    return withPlaceholders(context, locked, approveRecall(locked, approval));
  },
});

const freezeRegister = defineRegisterAct({
  body: Nothing,
  permission: 'leadRegister',
  decide: (_body, locked, context) =>
    withCustody(context, locked, freeze(locked.custody, context.now)),
});

/**
 * `cmd.unfreeze`: a person has looked, after a restore of the server at the paper book too (N-11); who waits gets a number
 * in this very transaction, if the server has the counter.
 */
const unfreezeRegister = defineRegisterAct({
  body: z.object({ lastPaperNumber: number.optional() }).readonly(),
  permission: 'leadRegister',
  decide: ({ lastPaperNumber }, locked, context) =>
    withPlaceholders(context, locked, unfreezeBook(locked, { lastPaperNumber, now: context.now })),
});

/** `cmd.proposeOpening`: where the old book ended, with a scan of its last page. */
const proposeOpening = defineRegisterAct({
  body: OpeningProposal.unwrap().omit({ proposedBy: true, at: true }).readonly(),
  permission: 'leadRegister',
  decide: (body, locked, context) => {
    if (!isUntouched(locked)) return rejected('register.has-entries');
    const { operation, now, today } = context;
    if (Number(body.lastDate.slice(0, 4)) !== locked.register.year) {
      return rejected('register.wrong-year');
    }
    if (body.lastDate > today) return rejected('register.date-goes-back');
    const opening = { ...body, proposedBy: operation.actor, at: now };
    return withCustody(context, locked, { opening });
  },
});

/** `cmd.confirmOpening`: by a second person; numbers begin behind the old book's. */
const confirmOpening = defineRegisterAct({
  body: Nothing,
  permission: 'leadRegister',
  decide: (_body, locked, context) =>
    withBook(
      context,
      locked,
      openBehind(locked, { by: context.operation.actor, now: context.now }),
    ),
});

/** `cmd.closePlaceholder`: nothing came for the number; it is voided with a reason (§9.5 step 4). */
const closePlaceholder = defineRegisterAct({
  body: z.object({ number: z.int().positive(), reason: z.string().max(500) }).readonly(),
  permission: 'leadRegister',
  number: (body) => body.number,
  decide: ({ reason }, locked, context) => {
    if (!isVoidReason(reason)) return rejected('register.reason-missing');
    const entry = context.place?.entry;
    if (entry?.kind !== 'placeholder') return rejected('register.no-placeholder');
    const note = `${entry.note ?? ''} Đã hủy: ${reason.trim()}`.trim();
    return decideOnRegister(context, locked, { replaced: [{ ...entry, kind: 'voided', note }] });
  },
});

export const registerActs = {
  'cmd.allowLease': allowLease,
  'cmd.requestLease': requestLease,
  'cmd.leaseToHub': leaseToHub,
  'cmd.releaseHubLease': releaseHubLease,
  'cmd.confirmLease': confirm,
  'cmd.declineLease': decline,
  'cmd.releaseLease': release,
  'cmd.proposeRecall': propose,
  'cmd.approveRecall': approve,
  'cmd.freeze': freezeRegister,
  'cmd.unfreeze': unfreezeRegister,
  'cmd.proposeOpening': proposeOpening,
  'cmd.confirmOpening': confirmOpening,
  'cmd.closePlaceholder': closePlaceholder,
} as const;
