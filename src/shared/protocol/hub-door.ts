import { z } from 'zod';

/**
 * `hub-door.json` in a hub's data folder while it runs, for its owner alone: where it answers on this PC, and the key of
 * this start with which `/local` is asked (§20).
 */
export const HubDoor = z
  .object({
    /** `https://127.0.0.1:port`. */
    address: z.string(),
    /** SHA-256 of the certificate, lower-case hexadecimal. */
    fingerprint: z.string(),
    key: z.string(),
    /** Its process: a hub that was killed leaves the file behind. */
    pid: z.int().positive(),
  })
  .readonly();
export type HubDoor = z.infer<typeof HubDoor>;

export const DOOR_FILE = 'hub-door.json';

/** Beside it: what a hub says that is begun by its workstation, without systemd. The hub keeps it short. */
export const LOG_FILE = 'hub.log';

/** `POST /local/save` and `POST /local/take`: a path on this PC. */
export const MoveRequest = z.object({ path: z.string().min(1).max(4_000) }).readonly();

/** `POST /local/stop`. */
export const StopReply = z.object({ stopping: z.literal(true) }).readonly();
