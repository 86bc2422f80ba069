import { z } from 'zod';
import { Json } from '../../kernel/canonical-json';
import { UserId, Uuid } from '../../kernel/ids';

/** Two wishes for one field of a document, kept for ever; open until a person has chosen (sync §8). */
export const ConflictRecord = z
  .object({
    targetType: z.enum(['incomingDocument', 'outgoingDocument']),
    targetId: Uuid,
    field: z.string(),
    /** Class of the field. */
    kind: z.enum(['scalar', 'set', 'log', 'text', 'file']).default('scalar'),
    kept: Json,
    /** Of a set: null, for the wish that the element go. */
    losing: Json,
    /** What the author of the losing value had seen. */
    seen: Json,
    /** Who wanted the losing value, and when by their workstation's clock. */
    author: UserId,
    at: z.string(),
    /** Who wrote the value that was kept; null where the document does not say. */
    keptAuthor: UserId.nullable().default(null),
    keptAt: z.string().nullable().default(null),
    state: z.enum(['open', 'closed']),
    /** What was chosen; `edited` when somebody who knew both values wrote the field anew. */
    choice: z.enum(['kept', 'losing', 'edited']).nullable().default(null),
    closedBy: UserId.nullable().default(null),
    closedAt: z.string().nullable().default(null),
  })
  .readonly();
export type ConflictRecord = z.infer<typeof ConflictRecord>;
