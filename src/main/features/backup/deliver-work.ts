import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import type { CourierReply } from '@shared/protocol/courier';
import { limits } from '@shared/protocol/version';
import type { Operation } from '@shared/sync/operation';
import { readWork, type WorkFileAt } from './read-work';

export interface Courier {
  /** `POST /sync/courier`. */
  readonly hand: (operations: readonly Operation[]) => Promise<Result<CourierReply>>;
  /** Brings a whole file to the server. */
  readonly bring: (sha256: FileHash, bytes: Uint8Array) => Promise<Result<void>>;
}

export interface Delivered {
  readonly deviceName: string;
  /** Operations that the server applied or merged, now or when the PC itself had sent them. */
  readonly accepted: number;
  /** Operations that the server refused or keeps for an authorised person; the PC of origin shows them. */
  readonly refused: number;
  readonly files: number;
}

/** A batch leaves room for what surrounds it in a request. */
const BATCH_BYTES = limits.requestBytes / 2;

class Undelivered extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

/**
 * Brings the work of another PC to the server, under that PC's own identity (T-13). May be stopped and done again: what
 * the server has already answered, it answers the same (I-5).
 */
export async function deliverWork(at: WorkFileAt, courier: Courier): Promise<Result<Delivered>> {
  let batch: Operation[] = [];
  let bytes = 0;
  const count = { accepted: 0, refused: 0, files: 0 };

  async function send(): Promise<void> {
    if (batch.length === 0) return;
    const sent = must(await courier.hand(batch));
    for (const operation of batch) {
      const result = sent.results.find(({ n }) => n === operation.n);
      if (result?.answer === 'expect') throw new Undelivered({ code: 'backup.earlier-missing' });
      if (result?.answer !== 'final') throw new Undelivered({ code: 'server.overloaded' });
      const isAccepted = ['applied', 'merged'].includes(result.outcome.status);
      if (isAccepted) count.accepted += 1;
      else count.refused += 1;
    }
    batch = [];
    bytes = 0;
  }

  async function add(operation: Operation): Promise<void> {
    const own = JSON.stringify(operation).length;
    const isFull = batch.length >= limits.operationsPerRequest || bytes + own > BATCH_BYTES;
    if (isFull || batch.at(-1)?.inc !== operation.inc) await send();
    batch.push(operation);
    bytes += own;
  }

  try {
    const read = await readWork(at, {
      operation: add,
      file: async (sha256, content) => {
        await send();
        must(await courier.bring(sha256, content));
        count.files += 1;
      },
    });
    if (!read.ok) return read;
    await send();
    return ok({ deviceName: read.value.deviceName, ...count });
  } catch (cause) {
    if (cause instanceof Undelivered) return err(cause.failure);
    throw cause;
  }
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Undelivered(result.error);
  return result.value;
}
