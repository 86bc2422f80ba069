import { ConflictRecord } from '@shared/domain/document/conflict';
import type { Register } from '@shared/domain/register/register';
import type { Role, User } from '@shared/domain/organ/user';
import type { Json, JsonObject } from '@shared/kernel/canonical-json';
import { additionsSeen } from '@shared/sync/merge';
import type { OperationDraft } from '@shared/sync/operation';
import type { HeldRecord } from '@shared/sync/project';
import { aFile, anOutgoingDraft, aRegistration, sample } from '../support/core-builders';
import type { Chance } from './random';
import { actOnRegister, recallRegister } from './register-workload';

/** An office of the simulated province and what its people work on. */
export interface SimulatedOffice {
  readonly id: string;
  readonly organId: string;
  readonly registers: readonly Register[];
  readonly users: readonly User[];
  /** One of them, who agrees that numbers are voided. */
  readonly leaderId: string;
  /** Every document anyone has begun here, oldest first: people of one office work on the same papers. */
  readonly documentIds: string[];
  /** Restricted dossiers that anyone has opened here, oldest first. */
  readonly dossierIds: string[];
  /** Drafts of outgoing documents, each of its own drafter. */
  readonly draftIds: { readonly id: string; readonly drafter: string }[];
}

/** What a person has before them when they act. */
export interface Desk {
  readonly office: SimulatedOffice;
  readonly user: User;
  readonly rows: ReadonlyMap<string, HeldRecord>;
  readonly chance: Chance;
  /** Last number in the paper book of a register. */
  readonly lastOnPaper: (registerId: string) => number;
  /** The machine never starts again, or nobody has heard of it for long. */
  readonly isMissed: (deviceId: string) => boolean;
}

export interface Act {
  readonly name: string;
  readonly drafts: readonly OperationDraft[];
  /** Gives a register back that this machine holds. */
  readonly release?: string;
}

/** Few values for few fields, so that people meet: same papers, same fields, sometimes the same value. */
const scalarValues: Readonly<Record<string, readonly Json[]>> = {
  subject: ['Về việc tổ chức họp', 'Về việc hoãn họp', 'Về việc đổi giờ họp'],
  note: [null, 'Chuyển bộ phận một cửa', 'Đã gọi điện'],
  priority: [0, 1, 2],
  dueDate: [null, '2026-03-20', '2026-03-25'],
  issuerName: ['Sở Nội vụ', 'Sở Tài chính'],
};
const files = ['a.pdf', 'b.pdf', 'c.pdf', 'd.pdf'].map(aFile);

export function nextAct(desk: Desk): Act {
  const { chance, office } = desk;
  const recall = recallRegister(desk);
  if (recall) return recall;
  if (office.documentIds.length === 0 || chance.chance(0.3)) return register(desk);
  if (chance.chance(0.17)) return actOnRegister(desk, recentDocument(desk));
  const kind = chance.integer(0, 15);
  if (kind < 4) return correct(desk);
  if (kind < 6) return changeFiles(desk);
  if (kind < 8) return requestNumber(desk);
  if (kind < 10) return workOnDossier(desk);
  if (kind < 11) return decideHeld(desk);
  if (kind < 13) return workOnDraft(desk);
  if (kind < 14) return resolveConflict(desk);
  return poison(desk);
}

/** Dossiers are few, so that people lose what they are working on. */
function workOnDossier(desk: Desk): Act {
  const { chance, office, user } = desk;
  const { organId } = office;
  const members = office.users.filter(() => chance.chance(0.5)).map(({ id }) => id);
  if (office.dossierIds.length === 0 || chance.chance(0.15)) {
    const target = { type: 'dossier' as const, id: chance.uuid() };
    office.dossierIds.push(target.id);
    const body = { organId, title: 'Hồ sơ giải quyết đơn thư', members };
    return { name: 'open dossier', drafts: [draft(desk, { kind: 'create', target, body })] };
  }
  const dossierId = chance.pick(office.dossierIds.slice(-2));
  if (chance.chance(0.35)) {
    const target = { type: 'dossier' as const, id: dossierId };
    const body = { members: chance.chance(0.5) ? members : [...members, user.id] };
    return { name: 'set members', drafts: [draft(desk, { kind: 'cmd.setMembers', target, body })] };
  }
  return chance.chance(0.7)
    ? {
        name: 'move to dossier',
        drafts: [draft(desk, { kind: 'cmd.moveToDossier', body: { dossierId } })],
      }
    : { name: 'leave dossier', drafts: [draft(desk, { kind: 'cmd.leaveDossier' })] };
}

function decideHeld(desk: Desk): Act {
  const { chance, rows } = desk;
  const held = [...rows.values()].filter(({ type }) => type === 'heldWork').map(({ id }) => id);
  const target = { type: 'heldWork' as const, id: held[0] ?? chance.uuid() };
  return chance.chance(0.6)
    ? { name: 'accept held', drafts: [draft(desk, { kind: 'cmd.acceptHeld', target })] }
    : {
        name: 'return held',
        drafts: [draft(desk, { kind: 'cmd.returnHeld', target, body: { reason: 'không cần' } })],
      };
}

/** One person at two machines writes and deletes the same draft. */
function workOnDraft(desk: Desk): Act {
  const { chance, office, user, rows } = desk;
  const own = office.draftIds.filter(({ drafter }) => drafter === user.id).slice(-2);
  if (own.length === 0 || chance.chance(0.25)) {
    const target = { type: 'outgoingDocument' as const, id: chance.uuid() };
    office.draftIds.push({ id: target.id, drafter: user.id });
    const body = anOutgoingDraft({ organId: office.organId });
    return { name: 'draft', drafts: [draft(desk, { kind: 'create', target, body })] };
  }
  const target = { type: 'outgoingDocument' as const, id: chance.pick(own).id };
  if (chance.chance(0.4)) {
    return { name: 'delete draft', drafts: [draft(desk, { kind: 'cmd.deleteDraft', target })] };
  }
  const was = rows.get(target.id)?.view['note'] ?? null;
  const now = chance.pick(scalarValues['note'] ?? []);
  return {
    name: 'write draft',
    drafts: [draft(desk, { target, body: { set: { note: { was, now } } } })],
  };
}

/** Somebody chooses, or two choose at once; now and then over a value that they did not see. */
function resolveConflict(desk: Desk): Act {
  const { chance, rows } = desk;
  const open = [...rows.values()].filter(
    ({ type, view }) => type === 'conflict' && view['state'] === 'open',
  );
  const conflict = ConflictRecord.safeParse(open.at(-1)?.view).data;
  const view = conflict && rows.get(conflict.targetId)?.view;
  const seen = (conflict && view?.[conflict.field]) ?? null;
  const target = { type: 'conflict' as const, id: open.at(-1)?.id ?? chance.uuid() };
  const body = {
    choice: chance.pick(['kept', 'losing']),
    now: chance.chance(0.9) ? seen : 'không ai thấy',
  };
  return {
    name: 'resolve conflict',
    drafts: [draft(desk, { kind: 'cmd.resolveConflict', target, body })],
  };
}

const roleOf = (user: User): Role => user.grants[0]?.role ?? 'chuyenVien';

const draft = (desk: Desk, over: Partial<OperationDraft>): OperationDraft => ({
  kind: 'patch',
  target: { type: 'incomingDocument', id: recentDocument(desk) },
  base: null,
  body: {},
  role: roleOf(desk.user),
  ...over,
});

/** Mostly one of the newest papers, for that is where people meet, and mostly one that lies on this desk. */
function recentDocument({ office, rows, chance }: Desk): string {
  const here = office.documentIds.filter((id) => rows.has(id));
  const known = here.length > 0 && chance.chance(0.85) ? here : office.documentIds;
  const ids = chance.chance(0.75) ? known.slice(-3) : known;
  return ids.length > 0 ? chance.pick(ids) : chance.uuid();
}

function register(desk: Desk): Act {
  const { chance, office } = desk;
  const target = { type: 'incomingDocument' as const, id: chance.uuid() };
  office.documentIds.push(target.id);
  const registerId = chance.pick(office.registers).id;
  const body = registrationBody(desk, registerId);
  const create = draft(desk, { kind: 'create', target, body });
  const number = draft(desk, { kind: 'cmd.requestNumber', target, body: { registerId } });
  return chance.chance(0.7)
    ? { name: 'register and number', drafts: [create, number] }
    : { name: 'register', drafts: [create] };
}

function registrationBody(
  { chance, office }: Desk,
  registerId: string,
  over: object = {},
): JsonObject {
  const day = chance.integer(20, 28);
  return aRegistration({
    organId: office.organId,
    registerId,
    arrivalDate: `2026-02-${day}`,
    issuedDate: '2026-02-10',
    subject: chance.pick(scalarValues['subject'] ?? []),
    files: chance.chance(0.5) ? [chance.pick(files)] : [],
    ...over,
  });
}

function correct(desk: Desk): Act {
  const { chance, rows } = desk;
  const id = recentDocument(desk);
  const row = rows.get(id);
  const set: Record<string, { was: Json; now: Json }> = {};
  for (let count = chance.integer(1, 3); count > 0; count--) {
    const field = chance.pick(Object.keys(scalarValues));
    const now = chance.pick(scalarValues[field] ?? []);
    set[field] = { was: row?.view[field] ?? null, now };
  }
  const target = { type: 'incomingDocument' as const, id };
  return {
    name: 'correct',
    drafts: [draft(desk, { target, base: row?.rev ?? null, body: { set } })],
  };
}

function changeFiles(desk: Desk): Act {
  const { chance, rows } = desk;
  const target = { type: 'incomingDocument' as const, id: recentDocument(desk) };
  const some = () => files.filter(() => chance.chance(0.4));
  const removed = some();
  const view = rows.get(target.id)?.view ?? {};
  // Programs of before could not say what was seen.
  const seen = chance.chance(0.8) ? { seen: { files: additionsSeen(view, 'files', removed) } } : {};
  const body = chance.chance(0.6)
    ? { add: { files: some() } }
    : { add: { files: some() }, remove: { files: removed }, ...seen };
  return { name: 'change files', drafts: [draft(desk, { target, body })] };
}

function requestNumber(desk: Desk): Act {
  const { chance, office } = desk;
  const body = { registerId: chance.pick(office.registers).id };
  return { name: 'request number', drafts: [draft(desk, { kind: 'cmd.requestNumber', body })] };
}

/** What the server must refuse for ever without refusing what comes behind it (I-16). */
function poison(desk: Desk): Act {
  const { chance, office } = desk;
  const registerId = chance.pick(office.registers).id;
  const fresh = { type: 'incomingDocument' as const, id: chance.uuid() };
  const drafts: readonly (readonly [string, Partial<OperationDraft>])[] = [
    ['role not held', { role: 'chuTich', body: { set: { note: { was: null, now: 'x' } } } }],
    ['unknown target', { target: fresh, body: { set: { note: { was: null, now: 'x' } } } }],
    ['ill-formed body', { body: { set: 'nothing' } }],
    ['ill-formed registration', { kind: 'create', target: fresh, body: { subject: 7 } }],
    ['fixed field', { body: { set: { arrivalNumber: { was: null, now: 1 } } } }],
    ['impossible value', { body: { set: { priority: { was: 0, now: 99 } } } }],
    ['unknown kind', { kind: 'cmd.fly', body: {} }],
    ['unknown type', { target: { type: 'registerEntry', id: chance.uuid() }, body: {} }],
    ['unknown register', { kind: 'cmd.requestNumber', body: { registerId: sample.documentId } }],
    ['register of no document', { kind: 'cmd.requestNumber', body: {} }],
    [
      'arrival in the future',
      {
        kind: 'create',
        target: fresh,
        body: registrationBody(desk, registerId, { arrivalDate: '2027-01-01' }),
      },
    ],
    ['second creation', { kind: 'create', body: registrationBody(desk, registerId) }],
  ];
  const [name, over] = chance.pick(drafts);
  return { name: `poison: ${name}`, drafts: [draft(desk, over)] };
}
