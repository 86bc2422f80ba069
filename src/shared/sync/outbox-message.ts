import { z } from 'zod';
import { Parcel } from '../domain/document/delivery';
import { OfficeId, Uuid } from '../kernel/ids';

/**
 * A message from one office to another of this installation (§12.5). It is written in the transaction of the act that
 * makes it and applied in the receiver's stream by a later one, at most once by (`id`, receiver).
 */
export const OutboxMessage = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('send'),
      /** Also the id of the delivery record at the receiver. */
      id: Uuid,
      toOfficeId: OfficeId,
      parcel: Parcel,
    })
    .readonly(),
  z
    .object({
      kind: z.literal('answer'),
      id: Uuid,
      /** The office that sent the document. */
      toOfficeId: OfficeId,
      documentId: Uuid,
      deliveryId: Uuid,
      state: z.enum(['daNhan', 'tuChoi']),
      reason: z.string().nullable(),
      /** Instant of the answer by the server's clock. */
      at: z.string(),
    })
    .readonly(),
]);
export type OutboxMessage = z.infer<typeof OutboxMessage>;
