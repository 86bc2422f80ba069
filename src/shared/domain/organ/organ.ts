import { z } from 'zod';
import { OfficeId, OrganId, OrgUnitId, UserId } from '../../kernel/ids';

/** A commune office: the tenant, the stream and the first key column (`architecture.md` §6). */
export const Office = z
  .object({ id: OfficeId, name: z.string().min(1).max(200), placeName: z.string().min(1).max(50) })
  .readonly();
export type Office = z.infer<typeof Office>;

/** UBND or HĐND inside an office: owner of registers and seal; two organs never share a series. */
export const Organ = z
  .object({
    id: OrganId,
    officeId: OfficeId,
    kind: z.enum(['UBND', 'HĐND']),
    name: z.string().min(1).max(200),
    shortName: z.string().min(1).max(15),
    /** Mã định danh điện tử, QĐ 20/2020/QĐ-TTg as amended; at most 35 characters. */
    code: z
      .string()
      .regex(/^[A-Z0-9]{1,10}(\.[A-Z0-9]{1,10}){0,7}$/)
      .max(35),
  })
  .readonly();
export type Organ = z.infer<typeof Organ>;

export const OrgUnit = z
  .object({
    id: OrgUnitId,
    officeId: OfficeId,
    name: z.string().min(1).max(100),
    abbreviation: z.string().min(1).max(15),
    headUserId: UserId.nullable(),
    active: z.boolean(),
  })
  .readonly();
export type OrgUnit = z.infer<typeof OrgUnit>;

/** An entry of the national directory: who sends to us and whom we send to. */
export const Agency = z
  .object({
    id: z.uuid(),
    code: z.string().max(35),
    name: z.string().min(1).max(200),
    /** The office of this installation behind the entry, when there is one. */
    officeId: OfficeId.nullable(),
  })
  .readonly();
export type Agency = z.infer<typeof Agency>;
