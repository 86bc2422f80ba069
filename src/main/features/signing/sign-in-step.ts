import { ok, type Result } from '@shared/kernel/result';

interface Stages<I, P, K> {
  /** Leaves nothing behind: it may be done while the token signs another file, and thrown away. Never rejects. */
  readonly prepare: (item: I) => Promise<P>;
  /** Asks the token; answers with what is left to do. Never rejects. */
  readonly sign: (item: I, prepared: P) => Promise<Result<K>>;
  /** Makes the signed file durable and tells of it. Never rejects. */
  readonly keep: (item: I, left: K) => Promise<void>;
  readonly fail: (item: I, why: Result<never>) => void;
  readonly isOver: () => boolean;
  readonly isLeftOut: (item: I) => boolean;
  /** Too large to be in memory beside others. */
  readonly isLarge: (item: I) => boolean;
}

/**
 * While the token signs one file the next one is prepared and the one before is made durable (O-1): the token does not
 * wait for the disk. The token is asked for one file at a time, files are kept in the order in which they were signed, and
 * none is begun before the one before the last is kept. What the token signed is kept also when the batch stops (S-17).
 *
 * @returns the token's failure that stopped the batch.
 */
export async function signInStep<I, P, K>(
  items: readonly I[],
  { prepare, sign, keep, fail, isOver, isLeftOut, isLarge }: Stages<I, P, K>,
): Promise<Result<void>> {
  let keeping: Promise<void> = Promise.resolve();
  let ahead: { readonly item: I; readonly prepared: Promise<P> } | undefined;
  for (const [place, item] of items.entries()) {
    if (isLarge(item)) await keeping;
    if (isOver()) break;
    if (isLeftOut(item)) continue;
    const prepared = await (ahead?.item === item ? ahead.prepared : prepare(item));
    // Preparing takes a while: who stopped or left the file out meanwhile gets no signature.
    if (isOver()) break;
    if (isLeftOut(item)) continue;
    const next = items[place + 1];
    const isRoomy = next !== undefined && !isLarge(item) && !isLarge(next);
    ahead = isRoomy ? { item: next, prepared: prepare(next) } : undefined;
    const left = await sign(item, prepared);
    await keeping;
    if (left.ok) {
      keeping = keep(item, left.value);
      continue;
    }
    fail(item, left);
    if (left.error.code.startsWith('token.')) return left;
  }
  await keeping;
  return ok(undefined);
}
