import { randomUUID } from 'node:crypto';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import type { KeepSigned, SignedFile } from './sign-one';
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
  /** Asks the token; the new file is durable when the answer's own work has answered. */
  readonly sign: () => Promise<Result<KeepSigned>>;
  /** Whether a file that was made before may still be recorded (S-12). */
  readonly judge: (bytes: Uint8Array) => Promise<Result<unknown>>;
  /** Saves the act. */
  readonly save: (file: SignedFile) => Promise<Result<unknown>>;
}

/**
 * One signature with its entries in the signing log (S-20): nothing is asked of the token before the log says so, and
 * success is told after the log does. A file that an earlier run signed and could not save is saved now, and the token
 * is not asked again (T-10).
 *
 * @returns after the token was asked; what is left to do needs it no more, and the signature counts once that is done.
 */
export async function signRecorded(
  { signingLog, files }: Pick<SigningDeps, 'signingLog' | 'files'>,
  { job, item, found, sign, judge, save }: Recorded,
): Promise<Result<KeepSigned>> {
  const facts = factsOf(job, item, found);
  const write = (event: SigningFacts['event'], more: Partial<SigningFacts> = {}) =>
    signingLog.append({ ...facts, event, ...more });
  const failed = async <E extends Failure>(why: Result<never, E>, more = {}) => {
    if (!why.ok) await write('failed', { ...more, error: why.error.code });
    return why;
  };

  const begun = await write('begun');
  if (!begun.ok) return begun;
  const keep = (await findKept()) ?? (await sign());
  return keep.ok ? ok(() => record(keep.value)) : failed(keep);

  /** What an earlier run made of this very file; undefined when the token has to be asked. */
  async function findKept(): Promise<Result<KeepSigned> | undefined> {
    const made = await signingLog.findMade(facts);
    const kept = made && (await files.read(made.sha256));
    if (!made || !kept?.ok) return undefined;
    const stands = await judge(kept.value);
    const file = ok({ ...made, sizeBytes: kept.value.length });
    return stands.ok ? ok(() => Promise.resolve(file)) : stands;
  }

  async function record(keepFile: KeepSigned): Promise<Result<SignedFile>> {
    const file = await keepFile();
    if (!file.ok) return failed(file);
    const { sha256: after, level, tsaTime } = file.value;
    const result = { after, level, tsaTime };
    const noted = await write('made', result);
    if (!noted.ok) return noted;
    const saved = await save(file.value);
    if (!saved.ok) return failed(saved, result);
    const told = await write('saved', result);
    return told.ok ? file : err({ code: 'signing.log-incomplete' });
  }
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
