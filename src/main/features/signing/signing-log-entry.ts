import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SignatureLevel, SigningIntent } from '@shared/ipc/signing-contract';
import { canonicalJson } from '@shared/kernel/canonical-json';
import { FileHash } from '@shared/kernel/ids';

/** What happened, of whom and to what (S-20). No PIN, no key, no words of the document. */
export const SigningFacts = z.object({
  /** One attempt at one signature has one id; `damaged` and `refused` stand alone. */
  act: z.uuid(),
  /**
   * `begun` before the token is asked, `made` when the new file is durable, `saved` when the act is, `failed` with why.
   * `refused`: the token did not open. `damaged`: the log itself was found cut or torn at a start.
   */
  event: z.enum(['begun', 'made', 'saved', 'failed', 'refused', 'damaged']),
  userId: z.uuid().nullable(),
  role: z.string().nullable(),
  intent: SigningIntent.nullable(),
  documentId: z.uuid().nullable(),
  field: z.string().nullable(),
  certificateSha256: z.string().nullable(),
  /** Its last four characters. */
  tokenSerial: z.string().nullable(),
  /** The recorded file, the bytes that were shown and signed, and the new file. */
  before: FileHash.nullable(),
  shown: FileHash.nullable(),
  after: FileHash.nullable(),
  level: SignatureLevel.nullable(),
  tsaTime: z.string().nullable(),
  error: z.string().nullable(),
  /** How many of its pages were shown in this window; read is shown to the last (S-17). */
  pagesShown: z.int().nonnegative().nullable(),
  pageCount: z.int().nonnegative().nullable(),
  isRead: z.boolean().nullable(),
  openedAt: z.string().nullable(),
  /** Codes of the gate that the person ticked (S-18). */
  findingsTicked: z.array(z.string()).readonly(),
});
export type SigningFacts = Readonly<z.infer<typeof SigningFacts>>;

export const SigningLogEntry = SigningFacts.extend({
  /** From 1 without a hole. */
  n: z.int().positive(),
  at: z.string(),
  /** Hash of the entry before. */
  prev: z.string(),
  hash: z.string(),
}).readonly();
export type SigningLogEntry = z.infer<typeof SigningLogEntry>;

/** Where the chain stands; kept beside the log, so that lines cut off its end are missed. */
export const SigningLogHead = z.object({ n: z.int().nonnegative(), hash: z.string() }).readonly();
export type SigningLogHead = z.infer<typeof SigningLogHead>;

export const LOG_START: SigningLogHead = { n: 0, hash: '0'.repeat(64) };

/** SHA-256 over the canonical JSON of everything but the hash itself. */
export const hashOfEntry = (entry: Omit<SigningLogEntry, 'hash'>): string =>
  createHash('sha256').update(canonicalJson(entry)).digest('hex');
