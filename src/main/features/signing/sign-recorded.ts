import { randomUUID } from 'node:crypto';
import { err, ok, type Result } from '@shared/kernel/result';
import type { SignedFile } from './sign-one';
import type { SigningDeps } from './signing-deps';
import { isRead, type Job, type JobItem } from './signing-job';
import { fieldOf } from './signing-paper';
import { maskedSerial, noFacts } from './signing-log';
import type { SigningFacts } from './signing-log-entry';
import type { TokenCertificate } from './token-port';

interface Recorded {
  readonly job: Job;
  readonly item: JobItem;
  readonly found: TokenCertificate;
  /** Asks the token; the new file is durable when it answers. */
  readonly sign: () => Promise<Result<SignedFile>>;
  /** Whether a file that was made before may still be recorded (S-12). */
  readonly judge: (bytes: Uint8Array) => Promise<Result<unknown>>;
  /** Saves the act. */
  readonly save: (file: SignedFile) => Promise<Result<unknown>>;
}

/**
 * One signature with its entries in the signing log (S-20): nothing is asked of the token before the log says so, and
 * success is told after the log does. A file that an earlier run signed and could not save is saved now, and the token
 * is not asked again (T-10).
 */
export async function signRecorded(
  { signingLog, files }: Pick<SigningDeps, 'signingLog' | 'files'>,
  { job, item, found, sign, judge, save }: Recorded,
): Promise<Result<SignedFile>> {
  const facts = factsOf(job, item, found);
  const write = (event: SigningFacts['event'], more: Partial<SigningFacts> = {}) =>
    signingLog.append({ ...facts, event, ...more });

  const begun = await write('begun');
  if (!begun.ok) return begun;
  const made = await signingLog.findMade(facts);
  const kept = made && (await files.read(made.sha256));
  const stands = kept?.ok ? await judge(kept.value) : undefined;
  const file: Result<SignedFile> =
    made && kept?.ok && stands
      ? stands.ok
        ? ok({ ...made, sizeBytes: kept.value.length })
        : stands
      : await sign();
  if (!file.ok) {
    await write('failed', { error: file.error.code });
    return file;
  }
  const { sha256: after, level, tsaTime } = file.value;
  const result = { after, level, tsaTime };
  const noted = await write('made', result);
  if (!noted.ok) return noted;
  const saved = await save(file.value);
  if (!saved.ok) {
    await write('failed', { ...result, error: saved.error.code });
    return saved;
  }
  const told = await write('saved', result);
  return told.ok ? file : err({ code: 'signing.log-incomplete' });
}

function factsOf(
  { intent, user }: Job,
  item: JobItem,
  { thumbprint, token }: TokenCertificate,
): Omit<SigningFacts, 'event'> {
  const { documentId, document, role, opened, pagesShown, findings = [], isAccepted } = item;
  return {
    ...noFacts,
    act: randomUUID(),
    userId: user.id,
    role,
    intent,
    documentId,
    field: fieldOf(intent),
    certificateSha256: thumbprint,
    tokenSerial: maskedSerial(token.serial),
    before: document.finalPdf?.sha256 ?? null,
    shown: opened?.sha256 ?? null,
    pagesShown: pagesShown.size,
    pageCount: opened?.pageCount ?? null,
    isRead: isRead(item),
    openedAt: item.shownAt ?? null,
    findingsTicked: isAccepted ? findings.map(({ code }) => code) : [],
  };
}
