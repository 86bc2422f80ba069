import { z } from 'zod';
import { toHex, utf8, type Sha256 } from '../kernel/bytes';
import { canonicalHash, JsonObject } from '../kernel/canonical-json';
import { TargetType } from './operation';

/**
 * Unit of replication (§7.1), written `office:<id>`, `unit:<id>`, `dossier:<id>` or `user:<id>`;
 * `sealed:<office>` is nobody's.
 */
export const Scope = z.string().regex(/^(office|unit|dossier|user|sealed):[0-9a-f-]{36}$/);
export type Scope = z.infer<typeof Scope>;

export const officeScope = (officeId: string): Scope => `office:${officeId}`;
export const unitScope = (unitId: string): Scope => `unit:${unitId}`;
export const userScope = (userId: string): Scope => `user:${userId}`;
/** What is suspected of a state secret: kept as evidence, and nobody is entitled to it (§7.2). */
export const sealedScope = (officeId: string): Scope => `sealed:${officeId}`;
export const dossierScope = (dossierId: string): Scope => `dossier:${dossierId}`;

/** Is what lies here for fewer people than the whole office? On a workstation it is stored encrypted (§7.3). */
export const isRestricted = (scope: Scope): boolean => !scope.startsWith('office:');

/** The restricted dossier that a scope is; undefined for every other scope. */
export const dossierOf = (scope: Scope): string | undefined =>
  scope.startsWith('dossier:') ? scope.slice('dossier:'.length) : undefined;

/** The server's state of one record: content and its revision, 1, 2, 3 … */
export interface ServerRecord {
  readonly type: TargetType;
  readonly id: string;
  readonly scope: Scope;
  readonly rev: number;
  readonly content: JsonObject;
  /** A deleted draft: nobody is shown it, and an edit that comes late finds it again (§6.6). */
  readonly isDeleted?: boolean;
}

/** A record as the server last told it to the maker of a bundle: no more than that person's word for it (§20). */
export const LentState = z.object({ rev: z.int32().positive(), content: JsonObject }).readonly();
export type LentState = z.infer<typeof LentState>;

/** SHA-256 (hex) of a record's content in canonical form. */
export const contentHash = (content: JsonObject, sha256: Sha256): string =>
  canonicalHash(content, sha256);

/**
 * A record's share in the digest of its scope (§6.5): the first 64 bits of SHA-256(id ‖ rev ‖ content hash), as 16
 * hexadecimal digits.
 */
export const digestMark = (id: string, rev: number, hash: string, sha256: Sha256): string =>
  toHex(sha256(utf8(`${id}|${rev}|${hash}`))).slice(0, 16);

/** Sum over the records of a scope, modulo 2^64, as 16 hexadecimal digits, with their count. */
export const Digest = z
  .object({ sum: z.string().regex(/^[0-9a-f]{16}$/), count: z.int().nonnegative() })
  .readonly();
export type Digest = z.infer<typeof Digest>;

export const EMPTY_DIGEST: Digest = { sum: '0000000000000000', count: 0 };

/** Replaces `before` by `after` in a digest; either may be missing (a record that comes or goes). */
export function shiftDigest(
  digest: Digest,
  before: string | undefined,
  after: string | undefined,
): Digest {
  const sum = valueOf(digest.sum) - valueOf(before) + valueOf(after);
  return {
    sum: sumText(sum),
    count: digest.count - (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1),
  };
}

const valueOf = (mark: string | undefined): bigint =>
  mark === undefined ? 0n : BigInt(`0x${mark}`);

const sumText = (sum: bigint): string => BigInt.asUintN(64, sum).toString(16).padStart(16, '0');

/** A record's share in the digest of its scope, with the id by which it falls into a bucket. */
export interface RecordMark {
  readonly id: string;
  readonly mark: string;
}

/** One sum over all, turned into text once: fifty thousand records take no longer than a frame; they are added to `from`. */
export function digestOf(marks: Iterable<RecordMark>, from = EMPTY_DIGEST): Digest {
  let sum = valueOf(from.sum);
  let { count } = from;
  for (const { mark } of marks) {
    sum += valueOf(mark);
    count += 1;
  }
  return { sum: sumText(sum), count };
}

export const BUCKETS = 256;

/** The bucket of a record (§6.5), 0 to 255: FNV-1a over its id, so that both sides need nothing but the id. */
export function bucketOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) {
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}

/** The sums of the 256 buckets of a scope, as 16 hexadecimal digits each. */
export function bucketSums(marks: Iterable<RecordMark>): readonly string[] {
  const sums = Array.from({ length: BUCKETS }, () => 0n);
  for (const { id, mark } of marks) {
    const bucket = bucketOf(id);
    sums[bucket] = (sums[bucket] ?? 0n) + valueOf(mark);
  }
  return sums.map(sumText);
}

/** One line of the feed (§5.2): the newest state of a record at its newest sequence. */
export const FeedEntry = z
  .object({
    seq: z.int().positive(),
    kind: z.enum(['put', 'leave', 'delete']),
    type: TargetType,
    id: z.uuid(),
    rev: z.int().positive(),
    /** Content hash, hex; empty for `leave` and `delete`. */
    hash: z.string(),
    /** Server transaction; entries of one are not split over pages unless it alone exceeds the limit. */
    tx: z.int().nonnegative(),
    content: JsonObject.nullable(),
  })
  .readonly();
export type FeedEntry = z.infer<typeof FeedEntry>;

/**
 * How far a first load of a scope has come (§6.3): work that is open, then what changed of late, then years, newest first.
 * Kept with the cursor, which moves to `head` when all is stored.
 */
export const LoadProgress = z
  .object({
    /** The scope's head before anything was read; normal pulling goes on from there. */
    head: z.int().positive(),
    /** Newest place that had not changed for thirty days when the load began. */
    settledTo: z.int().nonnegative(),
    /** The year when the load began. */
    year: z.int(),
    /** Records of the three passes, as counted then. */
    totals: z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]),
    /** Records stored so far. */
    done: z.int().nonnegative(),
    /** Read so far: upwards in places while `recent`, otherwise downwards in class and place. */
    at: z
      .object({
        stage: z.enum(['work', 'recent', 'years']),
        loadClass: z.int().nonnegative(),
        seq: z.int().nonnegative(),
      })
      .readonly(),
  })
  .readonly();
export type LoadProgress = z.infer<typeof LoadProgress>;

/**
 * Entries of one scope after a cursor, oldest first. `next` is the cursor once they are stored; `head` the newest place
 * that anything in this scope ever took.
 */
export const Page = z
  .object({
    scope: Scope,
    entries: z.array(FeedEntry).readonly(),
    next: z.int().nonnegative(),
    head: z.int().nonnegative(),
    /** The server's digest at `next`, present when `next` equals `head`. */
    digest: Digest.nullable(),
    /** Only of a first load: how far it has come with this page, in any order of places; null on its last page. */
    load: LoadProgress.nullable().optional(),
  })
  .readonly();
export type Page = z.infer<typeof Page>;

/** Everything that the server holds in some buckets of a scope: what is not listed there is no longer in it (§6.5). */
export const Repair = z
  .object({
    scope: Scope,
    buckets: z.array(z.int().min(0).max(255)).readonly(),
    entries: z.array(FeedEntry).readonly(),
  })
  .readonly();
export type Repair = z.infer<typeof Repair>;

/** How far a projection holds a scope, with the digest of what it holds. */
export const ScopeCursor = z
  .object({
    seq: z.int().nonnegative(),
    digest: Digest,
    /** Of a first load that is under way; `seq` is 0 until all of it is stored, `digest` that of its rows so far. */
    load: LoadProgress.optional(),
  })
  .readonly();
export type ScopeCursor = z.infer<typeof ScopeCursor>;
