import { z } from 'zod';
import { OperationTrace, Standing } from '../sync/unreceived';
import { EnrolRequest, PasswordRequest } from './session';
import { limits } from './version';

/**
 * `POST /devices/enrol-again`, answered with `EnrolReply`: a device whose history forked goes on as a new incarnation with
 * a key of its own (§13.3). `deviceProof` = Ed25519 by the key of the old one over `proofBytes('enrolAgain', nonce, login)`.
 */
export const EnrolAgainRequest = PasswordRequest.unwrap()
  .omit({ opPublicKey: true })
  .extend(EnrolRequest.unwrap().pick({ devicePublicKey: true }).shape)
  .readonly();
export type EnrolAgainRequest = z.infer<typeof EnrolAgainRequest>;

/** `POST /sync/unreceived`: own operations of one earlier incarnation, in order; the answer has one standing for each. */
export const CompareRequest = z
  .object({
    operations: z.array(OperationTrace).min(1).max(limits.operationsPerRequest).readonly(),
  })
  .readonly();
export const CompareReply = z.object({ standings: z.array(Standing).readonly() }).readonly();
