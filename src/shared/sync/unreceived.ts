import { z } from 'zod';
import type { Sha256 } from '../kernel/bytes';
import { Uuid } from '../kernel/ids';
import { operationHash, OpKind, type Operation } from './operation';
import type { Outcome } from './outcome';
import { contentHash } from './record';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What an operation was, without its content: enough to find it again among those that another copy sent (§13.3). */
export const OperationTrace = z
  .object({
    inc: z.int().positive(),
    n: z.int().positive(),
    /** Chain hash: the very same operation. */
    hash: Hash,
    kind: OpKind,
    targetId: Uuid,
    /** Hash of the body: the same content under another identity. */
    content: Hash,
  })
  .readonly();
export type OperationTrace = z.infer<typeof OperationTrace>;

/** `received`: the server has it. `alike`: another record was made with the same content. `missing`: neither. */
export const Standing = z.enum(['received', 'alike', 'missing']);
export type Standing = z.infer<typeof Standing>;

/**
 * Where an operation ends that its incarnation left without an answer: the server takes in nothing more of that one, and
 * a person decides what becomes of it (§13.3).
 */
export const UNRECEIVED: Outcome = { status: 'rejected', code: 'device.forked' };

export const isUnreceived = (outcome: Outcome | undefined): boolean =>
  outcome?.status === 'rejected' && outcome.code === 'device.forked';

export const traceOf = (operation: Operation, sha256: Sha256): OperationTrace => ({
  inc: operation.inc,
  n: operation.n,
  hash: operationHash(operation, sha256),
  kind: operation.kind,
  targetId: operation.target.id,
  content: contentHash(operation.body, sha256),
});

/**
 * Compares what a copy of a device still holds with what the server took in from any copy. Each of the server's stands
 * for one of the asked: who did the same thing twice has one of them left.
 */
export function standingsOf(
  asked: readonly OperationTrace[],
  received: readonly OperationTrace[],
): readonly Standing[] {
  const left = new Set(received);
  const standings = new Map<OperationTrace, Standing>();
  const pass = (
    standing: Standing,
    isSame: (one: OperationTrace, other: OperationTrace) => boolean,
  ) => {
    for (const one of asked) {
      if (standings.has(one)) continue;
      const found = [...left].find((other) => isSame(one, other));
      if (!found) continue;
      left.delete(found);
      standings.set(one, standing);
    }
  };
  const isSameContent = (one: OperationTrace, other: OperationTrace) =>
    one.kind === other.kind && one.content === other.content;
  pass('received', (one, other) => one.hash === other.hash);
  pass('received', (one, other) => isSameContent(one, other) && one.targetId === other.targetId);
  pass('alike', (one, other) => isSameContent(one, other) && one.kind === 'create');
  return asked.map((one) => standings.get(one) ?? 'missing');
}
