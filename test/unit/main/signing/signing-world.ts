import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import {
  doPadesJob,
  type PadesAnswer,
  type PadesJob,
} from '../../../../src/main/features/signing/pades-job';
import type { PadesWorker } from '../../../../src/main/features/signing/pades-worker-pool';
import { createSignDocuments } from '../../../../src/main/features/signing/sign-documents';
import type {
  ClockEvidence,
  SigningDeps,
  SigningFiles,
} from '../../../../src/main/features/signing/signing-deps';
import { readText } from '../../../../src/main/workers/read-text';
import { createSigningDesk } from '../../../../src/main/features/signing/signing-desk';
import { createSigningLog } from '../../../../src/main/features/signing/signing-log';
import type { TokenPort } from '../../../../src/main/features/signing/token-port';
import { createStamper } from '../../../../src/main/features/signing/stamper';
import {
  createTrustStore,
  readPemFolder,
  type FetchPublic,
} from '../../../../src/main/features/signing/trust-store';
import { createBox } from '../../../../src/main/platform/keyring';
import type { SigningInput } from '@shared/ipc/signing-contract';
import { Organ } from '@shared/domain/organ/organ';
import type { User } from '@shared/domain/organ/user';
import type { SoftwareKeyPolicy } from '@shared/domain/signing/software-keys';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { FileHash } from '@shared/kernel/ids';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import type { Operation, OperationDraft } from '@shared/sync/operation';
import {
  anEntry,
  anId,
  anOperation,
  aPage,
  aUser,
  sample,
  sha256,
} from '../../../support/core-builders';
import type { DemoIdentity } from '../../../support/demo-pki';
import { aSealedDocument } from '../../../support/dispatch-builders';
import { fakeClock } from '../../../support/fake-clock';
import { temporaryFolder } from '../../../support/temporary-folder';
import { fixture, fonts, NOW, prepared, type Office } from '../../shared/pades/helpers';
import { aScriptedToken, PIN, type ScriptedToken } from './scripted-token';

export const chairman: User = aUser({
  id: anId(4, 2),
  fullName: 'Nguyễn Văn Mẫu',
  grants: [{ role: 'chuTich', organId: sample.organId }],
});
export const clerk: User = aUser();

export const thumbprintOf = ({ certificate }: DemoIdentity): string => toHex(sha256(certificate));

/** A draft of two pages as the template prints it, with its fields: the file that waits for the leader. */
export const readyPdf: Uint8Array = prepared(fixture('chromium-draft.pdf'));

export interface SigningWorld extends ReturnType<typeof createSignDocuments> {
  readonly deps: SigningDeps;
  readonly folder: string;
  readonly token: ScriptedToken;
  readonly clock: ReturnType<typeof fakeClock>;
  /** What a test changes while it goes on. */
  readonly now: {
    evidence: ClockEvidence;
    person: User | undefined;
    /** Answers the next saving of an act with this failure. */
    appendFailure: Failure | undefined;
    /** The revocation list that is served; undefined: nobody answers. */
    served: Uint8Array | undefined;
    /** The timestamping authority, which answers requests; undefined: none is set. Read when a batch begins. */
    authority: ((request: Uint8Array) => Uint8Array | undefined) | undefined;
    /** Comes in front of a PDF job. */
    beforeJob: (job: PadesJob) => Promise<void> | void;
    putFailure: Failure | undefined;
  };
  readonly saved: readonly Operation[];
  readonly windowCalls: readonly string[];
  /** A page of the feed with a document that waits; answers its id. */
  readonly addDocument: (
    bytes: Uint8Array,
    over?: Readonly<Record<string, unknown>>,
  ) => Promise<string>;
  /** A page of the feed with a copy that waits for the organ's signature. */
  readonly addCopy: (
    bytes: Uint8Array,
    over?: Readonly<Record<string, unknown>>,
  ) => Promise<string>;
  readonly registerCertificate: (
    identity: DemoIdentity,
    owner: JsonObject,
    over?: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
  /** What the province says in the office's record. */
  readonly allowSoftwareKeys: (policy: SoftwareKeyPolicy) => Promise<void>;
  /** Reads each document to its end and signs with the right PIN. */
  readonly signAll: (
    identity: DemoIdentity,
    ids: readonly string[],
    over?: Partial<SigningInput<'signing.sign'>>,
  ) => ReturnType<ReturnType<typeof createSignDocuments>['sign']>;
  readonly states: () => readonly string[];
  /** Opens a document and has its last page shown. */
  readonly readToTheEnd: (documentId: string) => Promise<void>;
}

export const person = { kind: 'person', userId: chairman.id };
export const organ = { kind: 'organ', organId: sample.organId };

/** Signing in plain Node: the real desk, content store, trust store and PDF jobs; the token is scripted. */
export async function aSigningWorld(
  office: Office,
  { pades, tokenPort }: { readonly pades?: PadesWorker; readonly tokenPort?: TokenPort } = {},
): Promise<SigningWorld> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'trust'));
  writeFileSync(join(folder, 'trust', 'root.pem'), office.pki.root.certificatePem);
  writeFileSync(join(folder, 'trust', 'sub.pem'), office.pki.subCa.certificatePem);
  const token = aScriptedToken(office.pki, [office.leader, office.organ]);
  const clock = fakeClock(NOW);
  const saved: Operation[] = [];
  const windowCalls: string[] = [];
  const now: SigningWorld['now'] = {
    evidence: { isOnline: true, aheadMs: 0, notBeforeMs: undefined },
    person: chairman,
    appendFailure: undefined,
    served: office.crl,
    authority: undefined,
    beforeJob: () => undefined,
    putFailure: undefined,
  };
  const desk = createSigningDesk({
    folder: join(folder, 'desk'),
    box: createBox(new Uint8Array(32)),
    overlayOf: (id) =>
      saved
        .filter(({ target }) => target.id === id)
        .map((operation) => ({ operation, confirmedRev: null })),
    overlaid: () => saved.map(({ target }) => target),
  });
  await desk.open(chairman.id);
  const store = createContentStore(join(folder, 'files'), new Uint8Array(32));
  const files: SigningFiles = {
    read: (hash) => store.read(hash),
    put: async (bytes) => (now.putFailure ? err(now.putFailure) : store.put(bytes)),
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const worker = pades ?? inProcess;
  const deps: SigningDeps = {
    log,
    desk,
    files,
    pades: {
      stop: worker.stop,
      run: async (job, given) => {
        await now.beforeJob(job);
        return worker.run(job, given);
      },
    },
    // pdf.js takes the bytes it is given for good; a thread of its own gets a copy.
    readLayout: async (bytes) => {
      const text = await readText({ bytes: bytes.slice(), pages: 200 });
      return text.status === 'read' ? text.layout : undefined;
    },
    token: tokenPort ?? token.port,
    trust: createTrustStore({
      log,
      trusted: () => readPemFolder(join(folder, 'trust')),
      listFolder: join(folder, 'revocation'),
      fetchPublic: () => Promise.resolve(now.served),
      clock,
    }),
    get openStamper() {
      const { authority } = now;
      if (!authority) return undefined;
      const fetchPublic: FetchPublic = async (_address, question) =>
        authority(question?.body ?? new Uint8Array());
      const address = 'http://tsa.test.invalid/';
      return (trustPem: readonly string[]) =>
        createStamper({ address, fetchPublic, pades: worker, clock, log }, trustPem);
    },
    signingLog: createSigningLog({ folder: join(folder, 'signing-log'), clock, log }),
    fonts: () => Promise.resolve(fonts),
    clock,
    clockEvidence: () => now.evidence,
    person: () => now.person && { user: now.person, organs: [sampleOrgan] },
    append: (drafts) => Promise.resolve(append(drafts)),
    window: {
      show: () => void windowCalls.push('show'),
      close: () => void windowCalls.push('close'),
      announce: () => undefined,
    },
  };

  function append(drafts: readonly OperationDraft[]): Result<unknown> {
    if (now.appendFailure) return err(now.appendFailure);
    for (const draft of drafts) {
      const n = saved.length + 1;
      saved.push(anOperation({ ...draft, opId: anId(7, n), n, actor: now.person?.id }));
    }
    return ok(undefined);
  }

  let seq = 0;
  async function take(
    type: 'outgoingDocument' | 'signingCertificate' | 'office' | 'certifiedCopy',
    id: string,
    content: object,
  ) {
    seq += 1;
    await desk.take(aPage([anEntry({ seq, type, id, content: content as JsonObject })]));
  }

  const documents = createSignDocuments(deps);
  const states = (): readonly string[] => {
    const described = documents.describe();
    return described.ok ? described.value.items.map(({ state }) => state) : [];
  };
  const readToTheEnd = async (documentId: string): Promise<void> => {
    const opened = await documents.openDocument(documentId);
    if (opened.ok) documents.pageShown({ documentId, page: opened.value.pageCount });
  };
  const world: SigningWorld = {
    ...documents,
    deps,
    folder,
    token,
    clock,
    now,
    saved,
    windowCalls,
    states,
    readToTheEnd,
    addDocument: async (bytes, over = {}) => {
      const id = anId(6, seq + 1);
      const hash = await store.put(bytes);
      if (!hash.ok) throw new Error(hash.error.code);
      const document = aSealedDocument({ ...waitingForLeader(bytes, hash.value), ...over });
      await take('outgoingDocument', id, document);
      return id;
    },
    addCopy: async (bytes, over = {}) => {
      const id = anId(16, seq + 1);
      const hash = await store.put(bytes);
      if (!hash.ok) throw new Error(hash.error.code);
      await take('certifiedCopy', id, { ...aNumberedCopy(fileOf(bytes, hash.value)), ...over });
      return id;
    },
    registerCertificate: (identity, owner, over = {}) =>
      take('signingCertificate', anId(12, seq + 1), {
        id: anId(12, seq + 1),
        officeId: sample.officeId,
        thumbprint: thumbprintOf(identity),
        owner,
        holderName: 'Chứng thư thử',
        picture: null,
        active: true,
        ...over,
      }),
    allowSoftwareKeys: (softwareKeys) =>
      take('office', sample.officeId, { id: sample.officeId, name: 'Xã', softwareKeys }),
    signAll: async (identity, documentIds, over = {}) => {
      for (const id of documentIds) await readToTheEnd(id);
      return documents.sign(pressed(identity, documentIds, over));
    },
  };
  await world.registerCertificate(office.leader, person);
  await world.registerCertificate(office.organ, organ);
  return world;
}

const sampleOrgan = Organ.parse({
  id: sample.organId,
  officeId: sample.officeId,
  kind: 'UBND',
  name: 'Ủy ban nhân dân xã Thử Nghiệm',
  shortName: 'UBND',
  code: 'H99.001',
});

const aNumberedCopy = (pdf: object) => ({
  documentTypeId: 'SY',
  from: 'giay',
  to: 'dienTu',
  targetType: 'incomingDocument',
  targetId: sample.documentId,
  organId: sample.organId,
  subject: 'Quyết định về việc cử công chức',
  sourceCode: '15/QĐ-SNV',
  place: 'Thử Nghiệm',
  pdf,
  signer: null,
  recipientsText: '',
  issuedAmount: 0,
  state: 'daCapSo',
  madeBy: clerk.id,
  madeAt: '2026-11-22T02:00:00.000Z',
  numberRequestedAt: null,
  registerId: sample.registerId,
  codeNumber: 5,
  codeDisplay: '05/SY-UBND',
  issuedDate: '2026-11-22',
});

/** What the button sends. */
export const pressed = (
  identity: DemoIdentity,
  documentIds: readonly string[],
  over: Partial<SigningInput<'signing.sign'>> = {},
): SigningInput<'signing.sign'> => ({
  thumbprint: thumbprintOf(identity),
  pin: utf8(PIN),
  documentIds,
  unreadIds: [],
  acceptedIds: [],
  isTimeConfirmed: false,
  ...over,
});

/** PDF jobs in this thread, with the copies that crossing a thread makes. */
const inProcess: PadesWorker = {
  run: <J extends PadesJob>(job: J) =>
    Promise.resolve(structuredClone(doPadesJob(structuredClone(job))) as PadesAnswer<J>),
  stop: () => Promise.resolve(),
};

const fileOf = (bytes: Uint8Array, hash: FileHash) => ({
  sha256: hash,
  name: 'ke-hoach.pdf',
  sizeBytes: bytes.length,
  mime: 'application/pdf',
  role: 'chinh',
});

const waitingForLeader = (bytes: Uint8Array, hash: FileHash) => ({
  state: 'choKy',
  finalPdf: fileOf(bytes, hash),
  reviews: [],
  codeNumber: null,
  codeDisplay: null,
  issuedDate: null,
  numberRequestedAt: null,
  registerId: null,
});

/** A document that the chairman signed as these bytes and the server numbered: it waits for the seal. */
export const waitingForSeal = (
  bytes: Uint8Array,
  signedAs: Uint8Array = bytes,
): Readonly<Record<string, unknown>> => ({
  state: 'daCapSo',
  finalPdf: fileOf(bytes, FileHash.parse(toHex(sha256(bytes)))),
  reviews: [
    {
      id: anId(13, 1),
      kind: 'kyBanHanh',
      userId: chairman.id,
      role: 'chuTich',
      fileSha256: toHex(sha256(signedAs)),
      opinion: null,
      at: '2026-11-22T03:00:00.000Z',
    },
  ],
  numberRequestedAt: '2026-11-22T03:00:00.000Z',
  codeNumber: 5,
  codeDisplay: '05/CV-UBND',
  issuedDate: '2026-11-22',
});
