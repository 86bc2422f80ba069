import { z } from 'zod';
import { SoftwareKeyPolicy } from '../domain/signing/software-keys';
import { isErrorCode } from '../errors/catalogue';

/** Why a driver file is not loaded into this program (K-1). */
export const DriverTrouble = z.enum(['missing', 'is32Bit', 'otherMachine', 'noEntryPoint']);
export type DriverTrouble = z.infer<typeof DriverTrouble>;

export const TokenPinState = z.enum([
  'ok',
  'countLow',
  'finalTry',
  'locked',
  'toBeChanged',
  'notInitialised',
]);

const FailureCode = z.string().max(64).refine(isErrorCode);

/** A driver by a name without its path: a key of the module table, or the file's own name. */
const CheckedModule = z
  .object({
    id: z.string(),
    /** Null when it answers. */
    failure: FailureCode.nullable(),
    /** Null when the file fits this program. */
    why: DriverTrouble.nullable(),
  })
  .readonly();

const CheckedCertificate = z
  .object({
    thumbprint: z.string(),
    holderName: z.string(),
    organization: z.string().nullable(),
    issuerName: z.string().nullable(),
    /** Instant. */
    notAfter: z.string(),
    /** Whole days that are left; negative when it has ended. */
    daysLeft: z.int(),
    /** Ends soon, and is to be announced (K-17). */
    endsSoon: z.boolean(),
    /** Whose it is by the office's records: the signed-in person's, another's, the organ's; null when not registered. */
    registeredFor: z.enum(['me', 'otherPerson', 'organ']).nullable(),
    /** Not registered, of the same names as one that is the person's: its renewal is to be asked for (K-6). */
    renews: z.boolean(),
  })
  .readonly();
export type CheckedCertificate = z.infer<typeof CheckedCertificate>;

const CheckedToken = z
  .object({
    moduleId: z.string(),
    label: z.string(),
    /** All but the last four characters are hidden. */
    maskedSerial: z.string(),
    pin: TokenPinState,
    failedLogins: z.int().nonnegative(),
    typesPinOnDevice: z.boolean(),
    /** A key of a `.p12` file, kept on this workstation. */
    isSoftware: z.boolean(),
    certificates: z.array(CheckedCertificate).readonly(),
  })
  .readonly();
export type CheckedToken = z.infer<typeof CheckedToken>;

/** What "Kiểm tra thiết bị" tells (K-17). It carries no path, no whole serial and no PIN, so that all of it may be copied. */
export const DeviceCheck = z
  .object({
    /** Instant by this machine's clock. */
    at: z.string(),
    modules: z.array(CheckedModule).readonly(),
    /** What the province lets this office sign with keys of files. */
    softwareKeys: SoftwareKeyPolicy,
    tokens: z.array(CheckedToken).readonly(),
    /** Newest first, of this start of the program. */
    lastFailures: z
      .array(
        z
          .object({
            at: z.string(),
            during: z.enum(['list', 'login', 'sign']),
            code: FailureCode,
            /** What the driver itself said, for support: a name of the standard or a hexadecimal value. */
            ckr: z.string().nullable(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type DeviceCheck = z.infer<typeof DeviceCheck>;
