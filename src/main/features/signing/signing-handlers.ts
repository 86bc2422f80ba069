import { contract, type Output } from '@shared/ipc/contract';
import type { DeviceCheck } from '@shared/ipc/device-check';
import { signingContract } from '@shared/ipc/signing-contract';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { PreparedField } from '@shared/domain/signing/prepared-field';
import { err, ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { createCompareFile } from './compare-file';
import { prepareForSigning } from './prepare-for-signing';
import type { KeyWork } from './key-work';
import type { Proofs } from './prove-possession';
import type { SignDocuments } from './sign-documents';
import type { SigningDeps } from './signing-deps';
import type { VerifyFile } from './verify-file';

/** What the calls need of an open workstation with somebody signed in. */
export interface SigningAt {
  readonly deps: SigningDeps;
  readonly documents: SignDocuments;
  readonly verifyFile: VerifyFile['atHand'];
  readonly compareFile: ReturnType<typeof createCompareFile>;
  readonly checkDevices: () => Promise<DeviceCheck>;
  readonly proofs: Proofs;
  readonly keyWork: KeyWork;
}

export interface SigningHandlersDeps extends LogDep {
  readonly at: () => Result<SigningAt>;
  /** Main's own dialog: the page never names a path. */
  readonly chooseKeyFile: () => Promise<string | undefined>;
}

const withSigning =
  ({ at }: SigningHandlersDeps) =>
  <I, T>(work: (signing: SigningAt, input: I) => Promise<Result<T>> | Result<T>) =>
  async (input: I): Promise<Result<T>> => {
    const signing = at();
    return signing.ok ? work(signing.value, input) : signing;
  };

/** What the main page may ask: to open the window, to prepare a file, to judge one. No PIN, no bytes. */
export function signingHandlers(deps: SigningHandlersDeps) {
  const withAt = withSigning(deps);
  return {
    'signing.begin': bind(
      deps,
      contract['signing.begin'],
      withAt(({ documents, proofs, keyWork }, { intent, documentIds }) => {
        if (proofs.isSigning() || keyWork.isWorking()) return err({ code: 'signing.busy' });
        proofs.leave();
        keyWork.leave();
        return documents.begin(intent, documentIds);
      }),
    ),
    'signing.prepareFields': bind(
      deps,
      contract['signing.prepareFields'],
      withAt(({ deps: signing }, { file, moved }) => prepareFile(signing, file, moved)),
    ),
    'signing.verify': bind(
      deps,
      contract['signing.verify'],
      withAt(({ verifyFile }, { sha256 }) => verifyFile(sha256)),
    ),
    'signing.compare': bind(
      deps,
      contract['signing.compare'],
      withAt(({ compareFile }, { sha256 }) => compareFile(sha256)),
    ),
    'signing.checkDigitised': bind(
      deps,
      contract['signing.checkDigitised'],
      withAt(async ({ deps: { files, pades } }, { sha256 }) => {
        const read = await files.read(sha256);
        return read.ok ? pades.run({ do: 'checkDigitised', bytes: read.value }) : read;
      }),
    ),
    'signing.checkDevices': bind(
      deps,
      contract['signing.checkDevices'],
      withAt(async ({ checkDevices }) => ok(await checkDevices())),
    ),
    'signing.beginProof': bind(
      deps,
      contract['signing.beginProof'],
      withAt(({ documents, proofs, keyWork }, request) => {
        if (documents.isSigning() || keyWork.isWorking()) return err({ code: 'signing.busy' });
        documents.leave();
        keyWork.leave();
        return proofs.begin(request);
      }),
    ),
    'signing.importKey': bind(
      deps,
      contract['signing.importKey'],
      withAt(async (at) => {
        const free = freeForKeys(at);
        if (!free.ok) return free;
        if (at.deps.desk.softwareKeys() === 'none') return err({ code: 'softwareKey.not-allowed' });
        const path = await deps.chooseKeyFile();
        return path === undefined ? ok(undefined) : at.keyWork.beginImport(path);
      }),
    ),
    'signing.changeKeyPin': bind(
      deps,
      contract['signing.changeKeyPin'],
      withAt((at, { thumbprint }) => {
        const free = freeForKeys(at);
        return free.ok ? at.keyWork.beginPinChange(thumbprint) : free;
      }),
    ),
    'signing.removeKey': bind(
      deps,
      contract['signing.removeKey'],
      withAt((at, { thumbprint }) => {
        const free = freeForKeys(at);
        return free.ok ? at.keyWork.remove(thumbprint) : free;
      }),
    ),
  };
}

/** The window is one: for a key it is no longer open for documents or a proof. */
function freeForKeys({ documents, proofs }: SigningAt): Result<undefined> {
  if (documents.isSigning() || proofs.isSigning()) return err({ code: 'signing.busy' });
  documents.leave();
  proofs.leave();
  return ok(undefined);
}

/** What the signing window alone may ask. */
export function signingWindowHandlers(deps: SigningHandlersDeps) {
  const withAt = withSigning(deps);
  return {
    'signing.describe': bind(
      deps,
      signingContract['signing.describe'],
      withAt(({ documents }) => documents.describe()),
    ),
    'signing.openDocument': bind(
      deps,
      signingContract['signing.openDocument'],
      withAt(({ documents }, { documentId }) => documents.openDocument(documentId)),
    ),
    'signing.pageShown': bind(
      deps,
      signingContract['signing.pageShown'],
      withAt(({ documents }, shown) => documents.pageShown(shown)),
    ),
    'signing.listCertificates': bind(
      deps,
      signingContract['signing.listCertificates'],
      withAt(({ documents }) => documents.listCertificates()),
    ),
    'signing.sign': bind(
      deps,
      signingContract['signing.sign'],
      withAt(({ documents }, request) => documents.sign(request)),
    ),
    'signing.skip': bind(
      deps,
      signingContract['signing.skip'],
      withAt(({ documents }, skipped) => documents.skip(skipped)),
    ),
    'signing.returnDocument': bind(
      deps,
      signingContract['signing.returnDocument'],
      withAt(({ documents }, request) => documents.returnDocument(request)),
    ),
    'signing.describeProof': bind(
      deps,
      signingContract['signing.describeProof'],
      withAt(({ proofs }) => proofs.describe()),
    ),
    'signing.prove': bind(
      deps,
      signingContract['signing.prove'],
      withAt(({ proofs }, request) => proofs.prove(request)),
    ),
    'signing.describeKeyWork': bind(
      deps,
      signingContract['signing.describeKeyWork'],
      withAt(({ keyWork }) => ok(keyWork.describe())),
    ),
    'signing.doKeyWork': bind(
      deps,
      signingContract['signing.doKeyWork'],
      withAt(({ keyWork }, secrets) => keyWork.perform(secrets)),
    ),
    'signing.stop': bind(
      deps,
      signingContract['signing.stop'],
      withAt(({ documents }) => {
        documents.stop();
        return ok(undefined);
      }),
    ),
    'signing.close': bind(
      deps,
      signingContract['signing.close'],
      withAt(({ deps: signing }) => {
        signing.window.close();
        return ok(undefined);
      }),
    ),
  };
}

async function prepareFile(
  signing: SigningDeps,
  file: AttachedFile,
  moved: readonly PreparedField[] | undefined,
): Promise<Result<Output<'signing.prepareFields'>>> {
  const read = await signing.files.read(file.sha256);
  if (!read.ok) return read;
  const prepared = await prepareForSigning(signing, read.value, moved);
  if (!prepared.ok) return prepared;
  const { bytes, sha256, origin, fields } = prepared.value;
  return ok({ file: { ...file, sha256, sizeBytes: bytes.length }, origin, fields });
}
