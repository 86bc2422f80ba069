import { z } from 'zod';

/**
 * A UUID in small letters: databases write it so whatever they were given, and one id must not be two texts with two
 * hashes.
 */
export const Uuid = z.uuid().lowercase();

/** Ids are UUIDs made on the device; a register number is never an id. Brands come from parsing. */
export const OfficeId = Uuid.brand<'OfficeId'>();
export type OfficeId = z.infer<typeof OfficeId>;

export const OrganId = Uuid.brand<'OrganId'>();
export type OrganId = z.infer<typeof OrganId>;

export const OrgUnitId = Uuid.brand<'OrgUnitId'>();
export type OrgUnitId = z.infer<typeof OrgUnitId>;

export const UserId = Uuid.brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

export const DeviceId = Uuid.brand<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;

export const DocumentId = Uuid.brand<'DocumentId'>();
export type DocumentId = z.infer<typeof DocumentId>;

export const RegisterId = Uuid.brand<'RegisterId'>();
export type RegisterId = z.infer<typeof RegisterId>;

/** SHA-256 of a file's bytes, 64 lower-case hexadecimal digits; it is the file's name everywhere. */
export const FileHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'FileHash'>();
export type FileHash = z.infer<typeof FileHash>;
