import { z } from 'zod';
import { DeviceId, OfficeId } from '../../kernel/ids';

const Count = z.int().nonnegative();

/** What a workstation says of itself with an exchange (§15): figures alone, never content (I-13). */
export const DeviceFigures = z
  .object({
    version: z.string().max(40),
    /** Operations without a final outcome that this exchange does not carry, and files that the server does not hold whole. */
    pendingOperations: Count,
    pendingFiles: Count,
    /** Of both. */
    pendingBytes: Count,
    /** Age of the oldest such operation by the workstation's clock, milliseconds. */
    oldestPendingMs: Count.nullable(),
    /** Server time minus wall clock, milliseconds; null when never compared. */
    clockDifferenceMs: z.int().nullable(),
    freeBytes: Count.nullable(),
    /** Scopes that differed from the server's and were compared, since the program started (I-7). */
    healed: Count,
    /** Refused and held work that its authors have not dealt with. */
    refused: Count,
    held: Count,
    /** Registers that the machine believes to hold. */
    heldRegisters: Count,
    /** Whole percent of the first pass of a first load that is under way. */
    loadPercent: z.int().min(0).max(100).nullable(),
  })
  .readonly();
export type DeviceFigures = z.infer<typeof DeviceFigures>;

/**
 * Why a person should look at a machine: work was lost there lately; its history forked and nobody enrolled it again; it
 * holds a register and may not speak any more; it had work to send and has been silent for three working days.
 */
export const DeviceAlert = z.enum(['lost', 'forked', 'lockedWithRegister', 'silent']);
export type DeviceAlert = z.infer<typeof DeviceAlert>;

/** What the server knows of one incarnation of a device. */
export const DeviceOverview = z
  .object({
    officeId: OfficeId,
    deviceId: DeviceId,
    inc: z.int().positive(),
    name: z.string(),
    state: z.enum(['active', 'fenced', 'disabled']),
    /** It was told to remove what it holds, ISO instants; null without such an order, `toldAt` before it was heard of. */
    wipe: z.object({ orderedAt: z.string(), toldAt: z.string().nullable() }).readonly().nullable(),
    received: Count,
    /** ISO instant; null before the first contact after enrolment. */
    lastContactAt: z.string().nullable(),
    /** Working days that have passed whole since then. */
    silentDays: Count,
    /** Its history was found to have forked or to have a hole, and nobody has enrolled it again yet. */
    isForked: z.boolean(),
    /** Operations that the server refused or holds for somebody. */
    rejected: Count,
    held: Count,
    /** Registers that the server has lent it. */
    leases: Count,
    /** Operations that never came although later ones did, first and last number of each hole. */
    losses: z.array(z.object({ from: z.int(), to: z.int(), at: z.string() }).readonly()).readonly(),
    /** By the server's clock; null as long as the machine has said nothing of it. */
    oldestPendingAt: z.string().nullable(),
    figures: DeviceFigures.nullable(),
    alerts: z.array(DeviceAlert).readonly(),
  })
  .readonly();
export type DeviceOverview = z.infer<typeof DeviceOverview>;

/** `GET /admin/devices`: every incarnation of the office's devices, those with alerts first. */
export const DevicesReply = z.object({ devices: z.array(DeviceOverview).readonly() }).readonly();

/** `POST /admin/activation-codes`: for a workstation unless it says otherwise. */
export const ActivationCodeRequest = z
  .object({ kind: z.enum(['workstation', 'hub']).optional() })
  .readonly();
/** Shown once, kept nowhere. */
export const ActivationCodeReply = z
  .object({ code: z.string(), validHours: z.int().positive() })
  .readonly();

/** `POST /admin/devices/disable`: every incarnation of the device, for good. */
export const DisableRequest = z
  .object({
    deviceId: DeviceId,
    /** The machine was lost: it is to remove what it holds when it is heard of (§7.2). */
    wipe: z.boolean(),
  })
  .readonly();
export const DisableReply = z.object({ disabled: z.literal(true) }).readonly();
