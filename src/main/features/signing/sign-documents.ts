import { randomUUID } from 'node:crypto';
import type { SigningInput, SigningIntent, SigningOutput } from '@shared/ipc/signing-contract';
import { Redacted } from '@shared/kernel/redacted';
import { err, ok, type Result } from '@shared/kernel/result';
import { parsePem } from '@shared/pades/pem';
import { certificateChain } from './certificate-chain';
import { certificatesInFiles } from './certificates-in-files';
import { checkClock } from './check-clock';
import { chooseItems, gateRefusal, passGate } from './choose-items';
import { findRegistered, offerCertificate, type OfferContext } from './list-certificates';
import { openForSigning } from './open-for-signing';
import { returnDocument } from './return-document';
import { signInStep } from './sign-in-step';
import {
  judgeMade,
  prepareOne,
  signPrepared,
  type OneSignature,
  type PreparedFile,
} from './sign-one';
import { signRecorded } from './sign-recorded';
import { maskedSerial, noFacts } from './signing-log';
import type { SigningDeps } from './signing-deps';
import { createJob, describeItem, isRead, phaseOf, type Job, type JobItem } from './signing-job';
import { actOf, findPaper } from './signing-paper';
import type { Stamper } from './stamper';
import type { TokenCertificate, TokenSession } from './token-port';

type Signing = SigningInput<'signing.sign'>;

/** Of what is larger one is in memory at a time (O-1). */
const LARGE_BYTES = 20 * 1024 * 1024;

/** How long what was prepared may wait for the token. */
const PREPARED_MS = 10_000;

/**
 * Signing as the person meets it: a window with documents that main found itself, certificates of what is plugged in,
 * one PIN for the batch, one signature after the other, each recorded as an act as soon as its file is durable.
 */
export function createSignDocuments(deps: SigningDeps) {
  const { desk, token, trust, pades, window, clock, log } = deps;
  let job: Job | undefined;
  let rounds = 0;
  /** A person says once per start that the clock is right (corrections.md item 10). */
  let isTimeConfirmed = false;

  const needJob = (): Result<Job> => (job ? ok(job) : err({ code: 'signing.document-unknown' }));
  const asksForTime = (): boolean => !deps.clockEvidence().isOnline && !isTimeConfirmed;
  const contextOf = ({ intent, user, items }: Job): OfferContext => ({
    intent,
    userId: user.id,
    documents: items.map(({ document }) => document),
    registered: desk.listCertificates(),
    softwareKeys: desk.softwareKeys(),
    nowMs: clock.nowMs(),
  });

  function begin(intent: SigningIntent, documentIds: readonly string[]): Result<undefined> {
    const person = deps.person();
    if (!person) return err({ code: 'session.not-signed-in' });
    if (job?.phase === 'signing') return err({ code: 'signing.busy' });
    const created = createJob(desk, {
      intent,
      user: person.user,
      documentIds,
      round: (rounds += 1),
    });
    if (!created.ok) return created;
    job = created.value;
    window.show();
    window.announce();
    return ok(undefined);
  }

  function describe(): Result<SigningOutput<'signing.describe'>> {
    const current = needJob();
    if (!current.ok) return current;
    const { round, intent, user, items, phase } = current.value;
    const organId = items[0]?.document.organId;
    const organ = deps.person()?.organs.find(({ id }) => id === organId);
    return ok({
      round,
      intent,
      personName: user.fullName,
      organName: organ?.name ?? '',
      items: items.map((item) => describeItem(current.value, item)),
      phase,
      asksForTime: asksForTime(),
      asksForTimestamps: deps.openStamper !== undefined,
      now: new Date(clock.nowMs()).toISOString(),
    });
  }

  async function openDocument(
    documentId: string,
  ): Promise<Result<SigningOutput<'signing.openDocument'>>> {
    const item = job?.items.find((one) => one.documentId === documentId);
    if (!job || !item) return err({ code: 'signing.document-unknown' });
    const isNew = item.opened === undefined;
    const opened = await openForSigning(deps, job.intent, item);
    if (isNew) window.announce();
    return opened;
  }

  function pageShown({ documentId, page }: SigningInput<'signing.pageShown'>): Result<undefined> {
    const item = job?.items.find((one) => one.documentId === documentId);
    if (!item?.opened || page > item.opened.pageCount) {
      return err({ code: 'signing.document-unknown' });
    }
    const wasRead = isRead(item);
    item.pagesShown.add(page);
    item.shownAt ??= new Date(clock.nowMs()).toISOString();
    if (isRead(item) !== wasRead) window.announce();
    return ok(undefined);
  }

  /** Takes a document out of the batch that is being signed, before its turn. */
  function skip({ documentId }: SigningInput<'signing.skip'>): Result<undefined> {
    const item = job?.items.find((one) => one.documentId === documentId);
    if (job?.phase !== 'signing' || item?.state !== 'waiting') {
      return err({ code: 'signing.document-unknown' });
    }
    item.isSkipped = true;
    item.state = 'failed';
    item.failure = 'signing.skipped';
    window.announce();
    return ok(undefined);
  }

  async function sendBack(
    request: SigningInput<'signing.returnDocument'>,
  ): Promise<Result<undefined>> {
    const current = needJob();
    if (!current.ok) return current;
    const returned = await returnDocument(deps, current.value, request);
    window.announce();
    return returned;
  }

  async function listCertificates(): Promise<Result<SigningOutput<'signing.listCertificates'>>> {
    const current = needJob();
    if (!current.ok) return current;
    const { certificates, troubles } = await token.list('soon');
    const context = contextOf(current.value);
    return ok({
      certificates: certificates.flatMap((one) => offerCertificate(one, context)),
      troubles: troubles.map(({ failure }) => failure.code),
    });
  }

  async function sign(request: Signing): Promise<Result<SigningOutput<'signing.sign'>>> {
    try {
      const current = needJob();
      if (!current.ok) return current;
      if (current.value.phase === 'signing') return err({ code: 'signing.busy' });
      return await signReserved(current.value, request);
    } finally {
      if (request.pin !== 'onDevice') request.pin.fill(0);
    }
  }

  /**
   * The batch is taken from its first moment on: a second press while lists are still being fetched signs nothing, and
   * who stops or leaves meanwhile is not logged in any more (K-8, K-11).
   */
  async function signReserved(
    current: Job,
    request: Signing,
  ): Promise<Result<SigningOutput<'signing.sign'>>> {
    current.phase = 'signing';
    current.isStopping = false;
    window.announce();
    try {
      const ready = await checkRequest(current, request);
      if (!ready.ok) return ready;
      return current.isStopping ? ok({ signed: 0 }) : await signBatch(ready.value, request);
    } finally {
      current.phase = phaseOf(current);
      window.announce();
    }
  }

  interface ReadyBatch {
    readonly job: Job;
    readonly items: readonly JobItem[];
    readonly found: TokenCertificate;
    readonly trustPem: readonly string[];
  }

  /** Everything that can be known before the PIN is spent on a login (K-5 to K-7). */
  async function checkRequest(current: Job, request: Signing): Promise<Result<ReadyBatch>> {
    if (deps.person()?.user.id !== current.user.id) return err({ code: 'session.not-signed-in' });
    if (asksForTime() && !request.isTimeConfirmed)
      return err({ code: 'signing.time-not-confirmed' });
    const clockIsFine = checkClock(clock.nowMs(), deps.clockEvidence());
    if (!clockIsFine.ok) return clockIsFine;
    isTimeConfirmed ||= request.isTimeConfirmed;
    const chosen = chooseItems(current, request);
    if (!chosen.ok) return chosen;
    // What cannot be opened fails in its turn, and says why.
    for (const item of chosen.value) await openForSigning(deps, current.intent, item);
    const passed = passGate(chosen.value);
    if (!passed.ok) return passed;
    const found = (await token.list()).certificates.find(
      ({ thumbprint }) => thumbprint === request.thumbprint,
    );
    if (!found) return err({ code: 'token.not-present' });
    const [offer] = offerCertificate(found, contextOf(current));
    if (!offer || offer.refusal) return err({ code: offer?.refusal ?? 'signing.not-registered' });
    if (offer.pin === 'locked') return err({ code: 'token.pin-locked' });
    if (deps.clockEvidence().isOnline) {
      const earlier = deps.openStamper
        ? chosen.value.flatMap(({ document }) => document.finalPdf?.sha256 ?? [])
        : [];
      // The leaders' too: what proves them years later goes into the file with the seal (S-16).
      const inFiles = await certificatesInFiles(deps, earlier);
      await trust.refresh([found.der, ...found.others, ...inFiles]);
    }
    const trustPem = await trust.read();
    const judged = await pades.run({
      do: 'judgeCertificate',
      der: found.der,
      others: found.others,
      trustPem,
      nowMs: clock.nowMs(),
    });
    if (!judged.ok) return judged;
    if (judged.value.trust === 'revoked') return err({ code: 'signing.certificate-revoked' });
    return ok({ job: current, items: passed.value, found, trustPem });
  }

  async function signBatch(
    batch: ReadyBatch,
    { thumbprint, pin }: Signing,
  ): Promise<Result<{ readonly signed: number }>> {
    const session = await token.openSession(
      thumbprint,
      pin === 'onDevice' ? pin : new Redacted(pin),
    );
    if (!session.ok) {
      log.warn('the token did not open', { code: session.error.code });
      await deps.signingLog.append({
        ...noFacts,
        act: randomUUID(),
        event: 'refused',
        userId: batch.job.user.id,
        intent: batch.job.intent,
        certificateSha256: thumbprint,
        tokenSerial: maskedSerial(batch.found.token.serial),
        error: session.error.code,
      });
      return session;
    }
    try {
      const signed = await signAll(batch, session.value);
      return signed;
    } finally {
      await session.value.close();
    }
  }

  /** In order; the first failure of the token stops the batch, one of a document only skips it (S-17). */
  async function signAll(
    { job: current, items, found, trustPem }: ReadyBatch,
    session: TokenSession,
  ): Promise<Result<{ readonly signed: number }>> {
    let signed = 0;
    const stamper = deps.openStamper?.(trustPem);
    const batch = { found, trustPem, session, stamper };
    const settle = (item: JobItem, done: Result<unknown>): void => {
      item.state = done.ok ? 'signed' : 'failed';
      if (done.ok) signed += 1;
      else {
        item.failure = done.error.code;
        log.warn('a document was not signed', { code: done.error.code });
      }
      window.announce();
    };
    const stopped = await signInStep(items, {
      isLarge: ({ document }) => (document.finalPdf?.sizeBytes ?? 0) > LARGE_BYTES,
      prepare: (item) => guarded(() => prepareItem(current, item, batch)),
      sign: async (item, prepared) => {
        item.state = 'signing';
        item.failure = null;
        window.announce();
        return guarded(() => askToken(current, item, { ...batch, prepared }));
      },
      keep: async (item, keep) => settle(item, await guarded(keep)),
      fail: settle,
      isOver: () => current.isStopping,
      isLeftOut: ({ isSkipped }) => isSkipped,
    });
    return stopped.ok ? ok({ signed }) : stopped;
  }

  /** A defect costs its own document alone. */
  const guarded = <T>(work: () => Promise<Result<T>>): Promise<Result<T>> =>
    work().catch((cause: unknown): Result<T> => {
      log.error('signing a document ended in a defect', { cause });
      return err({ code: 'internal.unexpected' });
    });

  interface OpenBatch {
    readonly found: TokenCertificate;
    readonly trustPem: readonly string[];
    readonly session: TokenSession;
    readonly stamper: Stamper | undefined;
  }

  interface PreparedItem {
    readonly one: OneSignature;
    readonly original: NonNullable<JobItem['document']['finalPdf']>;
    readonly file: Result<PreparedFile>;
  }

  /** S-19: what the window showed is still what waits to be signed. */
  function checkUnchanged(current: Job, item: JobItem): Result<undefined> {
    const now = findPaper(desk, current, item.documentId)?.paper;
    const isSame = now && now.finalPdf?.sha256 === item.document.finalPdf?.sha256;
    return isSame && now.state === item.document.state
      ? ok(undefined)
      : err({ code: 'outgoing.file-changed' });
  }

  /** The file with room for its signature; what is wrong with it is told when its turn comes. */
  async function prepareItem(
    current: Job,
    item: JobItem,
    { found, trustPem, stamper }: OpenBatch,
  ): Promise<Result<PreparedItem>> {
    const isUnchanged = checkUnchanged(current, item);
    if (!isUnchanged.ok) return isUnchanged;
    const { organId } = item.document;
    const organ = deps.person()?.organs.find(({ id }) => id === organId);
    if (item.document.corner && !organ) return err({ code: 'signing.document-unknown' });
    const opened = await openForSigning(deps, current.intent, item);
    if (!opened.ok) return opened;
    const refusal = gateRefusal(item);
    if (refusal) return err({ code: refusal });
    const context = contextOf(current);
    const certificate = findRegistered(found, context);
    const original = item.document.finalPdf;
    if (!certificate || !original) return err({ code: 'signing.not-registered' });
    const issuers = trustPem
      .flatMap((text) => parsePem(text))
      .flatMap(({ label, der }) => (label === 'CERTIFICATE' ? [der] : []));
    const one: OneSignature = {
      intent: current.intent,
      document: item.document,
      corner: item.document.corner?.(organ?.name ?? ''),
      shown: opened.value.sha256,
      certificate,
      registered: context.registered,
      chain: certificateChain(found.der, [...found.others, ...issuers]),
      trustPem,
      stamper,
    };
    return ok({ one, original, file: await prepareOne(deps, one) });
  }

  /** Its log says so before the token is asked; the answer's work makes the signed file count. */
  async function askToken(
    current: Job,
    item: JobItem,
    { found, session, prepared }: OpenBatch & { readonly prepared: Result<PreparedItem> },
  ): Promise<Result<() => Promise<Result<undefined>>>> {
    if (!prepared.ok) return prepared;
    const isUnchanged = checkUnchanged(current, item);
    if (!isUnchanged.ok) return isUnchanged;
    const { one, original, file } = prepared.value;
    const { certificate } = one;
    const { record, more } = item.document;
    const keep = await signRecorded(deps, {
      job: current,
      item,
      found,
      sign: async () => {
        // Its time stands in it: a token that kept the batch waiting must not make it an old one.
        const isOld = file.ok && clock.nowMs() - file.value.judging.nowMs > PREPARED_MS;
        const fresh = isOld ? await prepareOne(deps, one) : file;
        return fresh.ok ? signPrepared(deps, session, fresh.value) : fresh;
      },
      judge: (bytes) => judgeMade(deps, bytes, one),
      save: ({ sha256, sizeBytes }) => {
        // Somebody else may have signed in meanwhile: an act is never saved in another person's name.
        if (deps.person()?.user.id !== current.user.id) {
          return Promise.resolve(err({ code: 'session.not-signed-in' }));
        }
        return deps.append([
          {
            kind: actOf(current.intent),
            target: record,
            base: desk.revisionOf(record.id),
            role: item.role,
            body: {
              ...more,
              pdf: { ...original, sha256, sizeBytes },
              basedOn: original.sha256,
              certificateId: certificate.id,
              certificateSha256: found.thumbprint,
            },
            files: [sha256],
          },
        ]);
      },
    });
    if (!keep.ok) return keep;
    return ok(async () => {
      const signed = await keep.value();
      if (!signed.ok) return signed;
      const { level, sha256: after } = signed.value;
      item.level = level;
      log.info('a document was signed', {
        intent: current.intent,
        before: original.sha256,
        after,
        certificate: found.thumbprint,
        level,
      });
      return ok(undefined);
    });
  }

  return {
    begin,
    describe,
    openDocument,
    pageShown,
    skip,
    returnDocument: sendBack,
    listCertificates,
    sign,
    isSigning: (): boolean => job?.phase === 'signing',
    /** After the document at hand. */
    stop: (): void => {
      if (job) job.isStopping = true;
    },
    /** The window is gone, or the person is: what was not signed is left as it was. */
    leave: (): void => {
      if (job) job.isStopping = true;
      job = undefined;
    },
  };
}

export type SignDocuments = ReturnType<typeof createSignDocuments>;
