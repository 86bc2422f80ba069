import { z } from 'zod';
import { JsonObject } from '../kernel/canonical-json';
import { TargetType } from './operation';
import { serverStateOf, type HeldRecord } from './project';
import { Scope } from './record';

/** Rows of one page that the window hands out, and of one offer. */
export const WITNESSES_AT_ONCE = 200;

/**
 * A record as a workstation holds it from a history that its server has lost (§13.2 step 3): the server confirmed
 * revision `rev` with this content at place `seq`.
 */
export const Witness = z
  .object({
    type: TargetType,
    id: z.uuid(),
    rev: z.int().positive(),
    seq: z.int().positive(),
    /** Content hash, hex. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    content: JsonObject,
  })
  .readonly();
export type Witness = z.infer<typeof Witness>;

/** `POST /sync/witnesses`. */
export const WitnessOffer = z
  .object({ scope: Scope, witnesses: z.array(Witness).max(WITNESSES_AT_ONCE).readonly() })
  .readonly();
export type WitnessOffer = z.infer<typeof WitnessOffer>;

/** Bytes of one offer; half of what a request may have. */
const OFFER_BYTES = 512 * 1024;

/** What the server confirmed of a row; undefined when it never did. */
export function witnessOf(row: HeldRecord): Witness | undefined {
  const state = serverStateOf(row);
  if (!state || state.content === null) return undefined;
  const { rev, seq, hash, content } = state;
  return { type: row.type, id: row.id, rev, seq, hash, content };
}

/** Witnesses in portions that one request carries; one larger row goes alone. */
export function offersOf(witnesses: readonly Witness[]): readonly (readonly Witness[])[] {
  const offers: Witness[][] = [];
  let bytes = Infinity;
  for (const witness of witnesses) {
    const size = JSON.stringify(witness).length;
    bytes += size;
    if (bytes > OFFER_BYTES) {
      offers.push([]);
      bytes = size;
    }
    offers.at(-1)?.push(witness);
  }
  return offers;
}

/** How many of them the server keeps, because they come from a history that it lost. */
export const WitnessReply = z.object({ kept: z.int().nonnegative() }).readonly();
export type WitnessReply = z.infer<typeof WitnessReply>;
