import { z } from 'zod';
import { DeviceId, DocumentId, OrganId, RegisterId, UserId } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';

/** Sổ văn bản, van-ban.md §9.3: key (organ, direction, series, year). */
export const Register = z
  .object({
    id: RegisterId,
    organId: OrganId,
    direction: z.enum(['den', 'di', 'banSao']),
    name: z.string().min(1).max(100),
    /** Calendar year in Vietnam. */
    year: z.int().min(2020).max(2100),
    status: z.enum(['dangMo', 'daKhoa', 'daDong']),
  })
  .readonly();
export type Register = z.infer<typeof Register>;

/** The counter of a register: only the server (base mode) has it; locked before it is read. */
export const RegisterCounter = z
  .object({
    registerId: RegisterId,
    /** The number the next document gets, from 1. */
    nextNumber: z.int().positive(),
    /** Date of the newest entry; dates never go back as numbers grow (I-11). */
    lastDate: LocalDate.nullable(),
  })
  .readonly();
export type RegisterCounter = z.infer<typeof RegisterCounter>;

/**
 * A row of the book. Entries are never deleted, and number, document and date are never taken back; a placeholder may be
 * filled once, and whatever has a row may be voided once (I-9, I-10).
 */
export const RegisterEntry = z
  .object({
    registerId: RegisterId,
    number: z.int().positive(),
    /** Null while the number is known and its day is not: a placeholder. */
    date: LocalDate.nullable(),
    /** Null for a placeholder that is kept for no document in particular. */
    documentId: DocumentId.nullable(),
    givenBy: UserId,
    kind: z.enum(['document', 'voided', 'placeholder']),
    note: z.string().max(1000).nullable(),
    /** Of a placeholder: the lease whose numbers may fill it; null when the number came from paper. */
    keptFor: z
      .object({ deviceId: DeviceId, epoch: z.int().positive() })
      .readonly()
      .nullable()
      .default(null),
  })
  .readonly();
export type RegisterEntry = z.infer<typeof RegisterEntry>;
