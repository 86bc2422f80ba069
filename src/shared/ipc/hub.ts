import { z } from 'zod';
import { HubFigures } from '../domain/organ/hub-host';
import { DeviceId } from '../kernel/ids';
import { Uuid } from '../kernel/ids';
import { OpKind, TargetType } from '../sync/operation';
import { HubStatus } from '../sync/status';

/** The hub that this workstation meets, for the page of its settings (sync §20). */
export const HubView = z
  .object({
    address: z.string(),
    fingerprint: z.string(),
    status: HubStatus,
    /** When the province last told this machine who works at the office; null before. */
    authorityAt: z.string().nullable(),
    /** Hubs of the office that the province knows: a register may be leased to one (§9.4). */
    hubs: z
      .array(z.object({ deviceId: DeviceId, inc: z.int().positive(), name: z.string() }).readonly())
      .readonly(),
    /** Registers that it gives numbers of, while it answers. */
    registers: z.array(z.string()).readonly(),
  })
  .readonly();
export type HubView = z.infer<typeof HubView>;

/** The hub that this PC is itself, for the page of its settings (sync §20). */
export const HubHostView = z
  .object({
    /** `none`: this PC is no hub. */
    state: z.enum(['none', 'running', 'stopped']),
    /** What starts it with the PC; null where it is none. */
    way: z.enum(['systemd', 'autostart', 'task']).nullable(),
    /** Null unless it runs. */
    figures: HubFigures.nullable(),
    /** What an administrator has yet to run, so that it starts with the PC (Windows). */
    commands: z.array(z.string()).readonly(),
  })
  .readonly();
export type HubHostView = z.infer<typeof HubHostView>;

const byColleague = {
  /** Full name; empty where this machine was not told of them. */
  name: z.string(),
  /** Instant by their machine's clock. */
  at: z.string(),
};

/** Colleagues' work that came around the province, as far as the signed-in person may see it. */
export const PeerWorkView = z
  .object({
    /** Records whose newest unconfirmed act is a colleague's; the first 500. */
    unconfirmed: z.array(z.object({ id: Uuid, ...byColleague }).readonly()).readonly(),
    /** Acts that were shown here and that the server did not take. */
    refused: z
      .array(
        z
          .object({
            opId: Uuid,
            kind: OpKind,
            target: z.object({ type: TargetType, id: Uuid }).readonly(),
            code: z.string(),
            ...byColleague,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type PeerWorkView = z.infer<typeof PeerWorkView>;
