import type { Role, User } from './user';

/** Acts on documents that the server authorises (van-ban.md §3.4, §9.4; corrections.md item 4). */
export type Permission =
  | 'registerIncoming'
  | 'correctIncoming'
  | 'numberIncoming'
  | 'answerDelivery'
  | 'presentIncoming'
  | 'directIncoming'
  | 'handleIncoming'
  | 'openDossier'
  | 'fileInDossier'
  | 'sealDocument'
  | 'keepRegister'
  | 'leadRegister'
  | 'settleNumber'
  | 'approveRecall'
  | 'manageDevices'
  | 'holdSeal'
  | 'makeCopy'
  | 'confirmCertificate';

/** Everyone who works on documents: leaders, heads, experts and clerks, not archive, inspection or IT. */
const handlers: readonly Role[] = [
  'chuTich',
  'phoChuTich',
  'chuTichHdnd',
  'phoChuTichHdnd',
  'lanhDaoVanPhong',
  'lanhDaoDonVi',
  'giamDocTrungTam',
  'chuyenVien',
  'vanThu',
];

const allowed: Readonly<Record<Permission, readonly Role[]>> = {
  registerIncoming: ['vanThu'],
  correctIncoming: ['vanThu'],
  numberIncoming: ['vanThu'],
  answerDelivery: ['vanThu'],
  presentIncoming: ['vanThu', 'lanhDaoVanPhong'],
  directIncoming: ['chuTich', 'phoChuTich', 'chuTichHdnd', 'phoChuTichHdnd', 'lanhDaoVanPhong'],
  handleIncoming: ['lanhDaoDonVi', 'giamDocTrungTam', 'lanhDaoVanPhong', 'chuyenVien', 'vanThu'],
  openDossier: handlers,
  fileInDossier: handlers,
  // It protects, and only an incident procedure undoes it: who answers for the office's papers.
  sealDocument: [
    'chuTich',
    'phoChuTich',
    'chuTichHdnd',
    'phoChuTichHdnd',
    'lanhDaoVanPhong',
    'vanThu',
  ],
  keepRegister: ['vanThu'],
  // Opening, recalling, freezing: văn thư and Chánh Văn phòng (van-ban.md §3.4).
  leadRegister: ['vanThu', 'lanhDaoVanPhong'],
  settleNumber: ['chuTich', 'phoChuTich', 'chuTichHdnd', 'phoChuTichHdnd', 'lanhDaoVanPhong'],
  // The second person of a forced recall is the province's (sync §9.5).
  approveRecall: ['quanTri'],
  // Machines of the office: the administrator, and who answers for the office's work (sync §15).
  manageDevices: ['quanTri', 'lanhDaoVanPhong'],
  // The seal's token lies with văn thư; whose personal token it is, Chánh Văn phòng knows, and the chairman of theirs.
  holdSeal: ['vanThu'],
  // The head of the agency decides who copies; without another decision the clerk who keeps the seal (van-ban.md §3.6).
  makeCopy: ['vanThu'],
  confirmCertificate: ['lanhDaoVanPhong', 'chuTich', 'chuTichHdnd'],
};

/**
 * May this person do the act, in this role, for this organ? The role must be one that the person holds at that organ:
 * roles are additive, and an act records in which one it was done.
 */
export const mayAct = (
  user: Pick<User, 'active' | 'grants'>,
  act: { readonly permission: Permission; readonly role: Role; readonly organId: string },
): boolean =>
  user.active &&
  allowed[act.permission].includes(act.role) &&
  user.grants.some((grant) => grant.role === act.role && grant.organId === act.organId);

/** The role in which a person would do the act for an organ; undefined when they may not. */
export const roleFor = (
  user: Pick<User, 'active' | 'grants'>,
  permission: Permission,
  organId: string,
): Role | undefined =>
  user.active
    ? user.grants.find(
        (grant) => grant.organId === organId && allowed[permission].includes(grant.role),
      )?.role
    : undefined;

/** May this person do what concerns the whole office, in whichever role at whichever organ? */
export const mayInOffice = (
  user: Pick<User, 'active' | 'grants'>,
  permission: Permission,
): boolean => user.active && user.grants.some(({ role }) => allowed[permission].includes(role));
