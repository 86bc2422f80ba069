import type { RegisterHolding } from '@shared/domain/register/number-queue';
import type { Role } from '@shared/domain/organ/user';
import type { OperationDraft } from '@shared/sync/operation';
import type { Act, Desk } from './workload';

/**
 * What clerks do with a register itself: they freeze it, look at it, open it again, record numbers from paper; they ask for
 * it, give it back, have it recalled from a lost machine; leaders void numbers and settle disputes.
 */
export function actOnRegister(desk: Desk, documentId: string): Act {
  const { chance, office, user } = desk;
  const recalled = office.registers.filter(({ id }) => isRecallOpen(desk.rows, id));
  const registerId = chance.pick(recalled.length > 0 ? recalled : office.registers).id;
  const role: Role = user.grants[0]?.role ?? 'chuyenVien';
  const act = (
    name: string,
    over: Pick<OperationDraft, 'kind' | 'target' | 'body'> & { readonly role?: Role },
  ): Act => ({ name, drafts: [{ base: null, role, ...over }] });
  const target = { type: 'register' as const, id: registerId };
  const paper = { type: 'incomingDocument' as const, id: documentId };
  const lastOnPaper = desk.lastOnPaper(registerId);
  const isSecond = user.grants.some((grant) => grant.role === 'quanTri');
  const what = isSecond && recalled.length > 0 && chance.chance(0.5) ? 16 : chance.integer(0, 29);
  if (what < 2) return act('freeze', { kind: 'cmd.freeze', target, body: {} });
  if (what < 6) {
    // The screen asks for the paper book when a restore froze the register, and only then (N-11).
    const body = holdingOf(desk, registerId)?.recovery ? { lastPaperNumber: lastOnPaper } : {};
    return act('unfreeze', { kind: 'cmd.unfreeze', target, body });
  }
  if (what < 11) return act('request lease', { kind: 'cmd.requestLease', target, body: {} });
  if (what < 13) return { name: 'release', drafts: [], release: registerId };
  if (what < 16) {
    const body = { lastIssued: lastOnPaper };
    return act('propose recall', { kind: 'cmd.proposeRecall', target, body });
  }
  if (what < 21) {
    return act('approve recall', { kind: 'cmd.approveRecall', target, body: {}, role: 'quanTri' });
  }
  if (what < 22) {
    const body = { lastPaperNumber: lastOnPaper };
    return act('decline lease', { kind: 'cmd.declineLease', target, body });
  }
  if (what < 24) {
    const body = { reason: 'Ghi nhầm văn bản vào sổ', approver: office.leaderId };
    return act('void number', { kind: 'cmd.voidNumber', target: paper, body });
  }
  if (what < 26) {
    const decision = chance.pick(['keep', 'renumber', 'correctDate']);
    const body = { decision, date: decision === 'correctDate' ? '2026-03-02' : null };
    return act('settle dispute', {
      kind: 'cmd.resolveDispute',
      target: paper,
      body,
      role: 'phoChuTich',
    });
  }
  const body = { registerId, number: chance.integer(1, 6), date: '2026-02-28' };
  return act('number from paper', { kind: 'cmd.recordPaperNumber', target: paper, body });
}

/**
 * A machine that will not come back holds a register: a clerk states the last number on paper, and whoever may agrees
 * (§9.5). Undefined when this desk has no part in it.
 */
export function recallRegister(desk: Desk): Act | undefined {
  const { chance, office, user } = desk;
  const draft = (
    kind: OperationDraft['kind'],
    registerId: string,
    role: Role,
    body: OperationDraft['body'],
  ) => ({
    drafts: [
      { kind, target: { type: 'register' as const, id: registerId }, base: null, role, body },
    ],
  });
  for (const { id } of office.registers) {
    const holding = holdingOf(desk, id);
    const maySecond = user.grants.some(({ role }) => role === 'quanTri');
    if (holding?.recall && maySecond && holding.recall.proposedBy !== user.id && chance.chance(0.6))
      return { name: 'approve recall', ...draft('cmd.approveRecall', id, 'quanTri', {}) };
    const isClerk = user.grants.some(({ role }) => role === 'vanThu');
    if (!holding?.holder || !isClerk || holding.recall) continue;
    // Now and then a holder is taken for lost that only has no line.
    if (!chance.chance(desk.isMissed(holding.holder.deviceId) ? 0.5 : 0.06)) continue;
    const body = { lastIssued: desk.lastOnPaper(id) };
    return { name: 'propose recall', ...draft('cmd.proposeRecall', id, 'vanThu', body) };
  }
  return undefined;
}

/** Somebody has stated the last number of a lost machine, and nobody has agreed yet. */
export const isRecallOpen = (rows: Desk['rows'], registerId: string): boolean =>
  Boolean(holdingOf({ rows }, registerId)?.recall);

const holdingOf = ({ rows }: Pick<Desk, 'rows'>, registerId: string): RegisterHolding | undefined =>
  rows.get(registerId)?.view['holding'] as RegisterHolding | undefined;
