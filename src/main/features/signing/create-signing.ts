import type { FilePort } from '../../platform/file-port';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { stepsOpenTo } from '@shared/domain/document/outgoing-work';
import { roleFor } from '@shared/domain/organ/permission';
import type { Random, Timers } from '@shared/kernel/clock';
import {
  wantsFresherData,
  type VerificationReport,
} from '@shared/domain/signing/verification-report';
import type { FileHash } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import { createCheckDevices } from './check-devices';
import { createCompareFile, type ComparePages } from './compare-file';
import { createPadesWorker } from './pades-worker-pool';
import { createKeyWork } from './key-work';
import { createProofs } from './prove-possession';
import { createSignDocuments } from './sign-documents';
import type { SigningDeps, SigningWindow } from './signing-deps';
import type { SoftwareKeyPort } from './software-keys';
import { createStamper } from './stamper';
import type { SigningAt } from './signing-handlers';
import { createSigningLog } from './signing-log';
import { withFailureLog } from './token-failure-log';
import { createTrustPackages, programKey, type TrustPackages } from './trust-packages';
import { createTrustStore, readPemFolder, type FetchPublic } from './trust-store';
import { createRecheck } from './recheck-verdicts';
import { createVerdictStore } from './verdict-store';
import { createVerifyFile } from './verify-file';

export interface CreateSigningDeps extends Omit<
  SigningDeps,
  'pades' | 'trust' | 'openStamper' | 'fonts' | 'window' | 'signingLog'
> {
  readonly dataFolder: string;
  /** For the signing log: patient with what a virus scanner holds. */
  readonly logFiles: FilePort;
  /** The program's own files. */
  readonly resources: string;
  readonly padesWorker: string;
  readonly settings: {
    readonly demoTrustFolder: string | undefined;
    readonly trustKey: string | undefined;
    readonly timestampAddress: string | undefined;
  };
  readonly signingWindow: SigningWindow;
  readonly comparePages: ComparePages;
  readonly fetchPublic: FetchPublic;
  readonly random: Random;
  readonly softwareKeys: SoftwareKeyPort;
  readonly timers: Timers;
  /** A verdict that lacked data was made again (V-14). */
  readonly verdictChanged: () => void;
}

/** Signing and judging on this machine, put together. */
export function createSigning(given: CreateSigningDeps): SigningAt & {
  readonly packages: TrustPackages;
  /** With what can be fetched now, for what must not go on without a verdict (VB033). */
  readonly verifyNow: (sha256: FileHash) => Promise<Result<VerificationReport>>;
  /** Begins to make verdicts again that lacked data. */
  readonly start: () => void;
  /** Files that the signed-in person will need to read before they sign, number or seal. */
  readonly wantedFiles: () => readonly FileHash[];
  /** The window was closed: what was not signed stays as it was. */
  readonly closed: () => void;
  /** The person has gone: the window closes, and what was not signed stays as it was. */
  readonly leave: () => void;
  readonly stop: () => Promise<void>;
} {
  const pades = createPadesWorker(given.padesWorker);
  const { demoTrustFolder, trustKey } = given.settings;
  const packages = createTrustPackages({
    folder: join(given.dataFolder, 'trust'),
    keys: async () => [
      ...(await programKey(given.resources)),
      ...(trustKey === undefined ? [] : [trustKey]),
    ],
    clock: given.clock,
  });
  const trust = createTrustStore({
    log: given.log,
    // A demonstration's authorities and real ones are never trusted side by side (O-6).
    trusted:
      demoTrustFolder === undefined ? () => packages.pem() : () => readPemFolder(demoTrustFolder),
    listFolder: join(given.dataFolder, 'revocation'),
    fetchPublic: given.fetchPublic,
    clock: given.clock,
  });
  const address = given.settings.timestampAddress;
  const font = async (name: string): Promise<Uint8Array> =>
    new Uint8Array(await readFile(join(given.resources, 'fonts', name)));
  const { token, lastFailures } = withFailureLog(given.token, given.clock);
  const deps: SigningDeps = {
    ...given,
    token,
    pades,
    trust,
    openStamper:
      address === undefined
        ? undefined
        : (trustPem) => createStamper({ ...given, address, pades }, trustPem),
    signingLog: createSigningLog({
      folder: join(given.dataFolder, 'signing-log'),
      clock: given.clock,
      log: given.log,
      files: given.logFiles,
    }),
    window: given.signingWindow,
    fonts: async () => ({
      upright: await font('LiberationSerif-Regular.ttf'),
      italic: await font('LiberationSerif-Italic.ttf'),
    }),
  };
  const documents = createSignDocuments(deps);
  const proofs = createProofs({ ...deps, random: given.random });
  const keyWork = createKeyWork({ ...deps, softwareKeys: given.softwareKeys });
  const verdicts = createVerdictStore({
    path: join(given.dataFolder, 'verdicts.json'),
    clock: given.clock,
    log: given.log,
  });
  const verify = createVerifyFile({ ...deps, verdicts });
  const recheck = createRecheck({
    ...deps,
    verdicts,
    verify,
    changed: given.verdictChanged,
    timers: given.timers,
  });
  const closed = (): void => {
    documents.leave();
    proofs.leave();
    keyWork.leave();
  };
  return {
    deps,
    packages,
    documents,
    proofs,
    keyWork,
    closed,
    verifyFile: async (sha256) => {
      const report = await verify.atHand(sha256);
      if (report.ok && (report.value.isWaiting || wantsFresherData(report.value))) recheck.nudge();
      return report;
    },
    verifyNow: async (sha256) => {
      const checked = await verify.withLine(sha256);
      return checked.ok ? ok(checked.value.report) : checked;
    },
    start: () => recheck.start(),
    compareFile: createCompareFile({ ...deps, comparePages: given.comparePages }),
    checkDevices: createCheckDevices({ ...deps, lastFailures }),
    wantedFiles: () => {
      const person = deps.person();
      if (!person) return [];
      const documents = deps.desk.listDocuments().flatMap(([, document]) => {
        const waits = stepsOpenTo(document, person.user).some(({ step }) => needsPages.has(step));
        const keepsSeal = roleFor(person.user, 'holdSeal', document.organId) !== undefined;
        const appendices = keepsSeal ? document.appendices.map(({ file }) => file.sha256) : [];
        return waits && document.finalPdf ? [document.finalPdf.sha256, ...appendices] : appendices;
      });
      const copies = deps.desk.listCopies().flatMap(([, { pdf, organId }]) => {
        const isTheirs = roleFor(person.user, 'makeCopy', organId) !== undefined;
        return pdf && isTheirs ? [pdf.sha256] : [];
      });
      return [...documents, ...copies];
    },
    leave: () => {
      closed();
      deps.window.close();
    },
    stop: async () => {
      closed();
      await recheck.stop();
      await given.token.stop();
      await pades.stop();
    },
  };
}

const needsPages: ReadonlySet<string> = new Set(['recordSignature', 'requestNumber', 'recordSeal']);
