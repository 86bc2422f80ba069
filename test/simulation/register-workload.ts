import type { Role } from '@shared/domain/organ/user';
import type { OperationDraft } from '@shared/sync/operation';
import type { Act, Desk } from './workload';

/** What clerks do with a register itself: they freeze it, look at it, open it again; they record numbers from paper. */
export function actOnRegister({ chance, office, user }: Desk, documentId: string): Act {
  const registerId = chance.pick(office.registers).id;
  const role: Role = user.grants[0]?.role ?? 'chuyenVien';
  const draft = (over: Pick<OperationDraft, 'kind' | 'target' | 'body'>): OperationDraft => ({
    base: null,
    role,
    ...over,
  });
  const target = { type: 'register' as const, id: registerId };
  const what = chance.integer(0, 9);
  if (what < 2) {
    return { name: 'freeze', drafts: [draft({ kind: 'cmd.freeze', target, body: {} })] };
  }
  if (what < 7) {
    return { name: 'unfreeze', drafts: [draft({ kind: 'cmd.unfreeze', target, body: {} })] };
  }
  const body = { registerId, number: chance.integer(1, 6), date: '2026-02-28' };
  const paper = { type: 'incomingDocument' as const, id: documentId };
  return {
    name: 'number from paper',
    drafts: [draft({ kind: 'cmd.recordPaperNumber', target: paper, body })],
  };
}
