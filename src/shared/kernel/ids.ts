import { z } from 'zod';

/** Ids are UUIDs made on the device; a register number is never an id. Brands come from parsing. */
export const OfficeId = z.uuid().brand<'OfficeId'>();
export type OfficeId = z.infer<typeof OfficeId>;

export const OrganId = z.uuid().brand<'OrganId'>();
export type OrganId = z.infer<typeof OrganId>;

export const OrgUnitId = z.uuid().brand<'OrgUnitId'>();
export type OrgUnitId = z.infer<typeof OrgUnitId>;

export const UserId = z.uuid().brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

export const DeviceId = z.uuid().brand<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;

export const DocumentId = z.uuid().brand<'DocumentId'>();
export type DocumentId = z.infer<typeof DocumentId>;

export const RegisterId = z.uuid().brand<'RegisterId'>();
export type RegisterId = z.infer<typeof RegisterId>;

/** SHA-256 of a file's bytes, 64 lower-case hexadecimal digits; it is the file's name everywhere. */
export const FileHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'FileHash'>();
export type FileHash = z.infer<typeof FileHash>;
