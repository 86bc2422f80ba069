import type { Role } from '../organ/user';
import type { OutgoingState } from './outgoing-document';

/** Acts that move an outgoing document; numbering and dispatch are decided by the server alone. */
export type OutgoingStep =
  | 'submitDraft'
  | 'approveContent'
  | 'approveFormat'
  | 'returnDraft'
  | 'recordSignature'
  | 'requestNumber'
  | 'recordSeal'
  | 'dispatch'
  | 'dropDraft';

interface StepRule {
  readonly from: readonly OutgoingState[];
  /** Null where the step asks for something and the server moves the state when it is given. */
  readonly to: OutgoingState | null;
  readonly roles: readonly Role[];
}

/** The table of van-ban.md §9.5 with §3.4 and corrections.md items 4 and 5. */
const steps: Readonly<Record<OutgoingStep, StepRule>> = {
  submitDraft: {
    from: ['duThao', 'traLai'],
    to: 'choDonVi',
    roles: ['chuyenVien', 'lanhDaoDonVi', 'lanhDaoVanPhong', 'giamDocTrungTam', 'vanThu'],
  },
  approveContent: {
    from: ['choDonVi'],
    to: 'choTheThuc',
    roles: ['lanhDaoDonVi', 'lanhDaoVanPhong', 'giamDocTrungTam'],
  },
  approveFormat: { from: ['choTheThuc'], to: 'choKy', roles: ['lanhDaoVanPhong', 'vanThu'] },
  returnDraft: {
    from: ['choDonVi', 'choTheThuc', 'choKy', 'daKy'],
    to: 'traLai',
    roles: [
      'lanhDaoDonVi',
      'lanhDaoVanPhong',
      'giamDocTrungTam',
      'vanThu',
      'chuTich',
      'phoChuTich',
      'chuTichHdnd',
      'phoChuTichHdnd',
    ],
  },
  recordSignature: {
    from: ['choKy'],
    to: 'daKy',
    roles: [
      'chuTich',
      'phoChuTich',
      'chuTichHdnd',
      'phoChuTichHdnd',
      'lanhDaoVanPhong',
      'lanhDaoDonVi',
      'giamDocTrungTam',
    ],
  },
  requestNumber: { from: ['daKy'], to: null, roles: ['vanThu'] },
  recordSeal: { from: ['daCapSo'], to: 'daDongDau', roles: ['vanThu'] },
  dispatch: { from: ['daDongDau'], to: 'daPhatHanh', roles: ['vanThu'] },
  dropDraft: {
    from: ['duThao', 'choDonVi', 'choTheThuc', 'choKy', 'traLai'],
    to: 'huyDuThao',
    roles: ['chuyenVien', 'lanhDaoDonVi', 'lanhDaoVanPhong', 'giamDocTrungTam', 'vanThu'],
  },
};

/** The rule of a step. */
export const stepRule = (step: OutgoingStep): StepRule => steps[step];

export const canStep = (step: OutgoingStep, state: OutgoingState, role: Role): boolean =>
  steps[step].from.includes(state) && steps[step].roles.includes(role);

/** Steps open to someone with these roles at a document in this state, in the order of the law. */
export const openSteps = (
  state: OutgoingState,
  roles: ReadonlySet<Role>,
): readonly OutgoingStep[] =>
  (Object.keys(steps) as OutgoingStep[]).filter((step) =>
    [...roles].some((role) => canStep(step, state, role)),
  );
