import { z } from 'zod';
import { OfficeId, OrganId, OrgUnitId, UserId } from '../../kernel/ids';

/** Roles of van-ban.md §8.2 with corrections.md item 4. They are additive; an act records in which one it was done. */
export const Role = z.enum([
  'chuTich',
  'phoChuTich',
  'chuTichHdnd',
  'phoChuTichHdnd',
  'lanhDaoBanHdnd',
  'lanhDaoVanPhong',
  'lanhDaoDonVi',
  'giamDocTrungTam',
  'chuyenVien',
  'vanThu',
  'luuTru',
  'quanTri',
  'kiemTra',
]);
export type Role = z.infer<typeof Role>;

/** A role held at one organ of the office (corrections.md item 4: roles belong to an organ). */
export const RoleGrant = z.object({ role: Role, organId: OrganId }).readonly();
export type RoleGrant = z.infer<typeof RoleGrant>;

/** A person who works at an office, as every workstation of that office knows them. */
export const User = z
  .object({
    id: UserId,
    officeId: OfficeId,
    login: z.string().min(3).max(64),
    fullName: z.string().min(1).max(50),
    position: z.string().max(100),
    unitId: OrgUnitId.nullable(),
    grants: z.array(RoleGrant).readonly(),
    active: z.boolean(),
  })
  .readonly();
export type User = z.infer<typeof User>;

/** All roles of a user, over all organs. */
export const rolesOf = (user: Pick<User, 'grants'>): ReadonlySet<Role> =>
  new Set(user.grants.map((grant) => grant.role));
