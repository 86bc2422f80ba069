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
import type { Proofs } from './prove-possession';
import type { SignDocuments } from './sign-documents';
import type { SigningDeps } from './signing-deps';
import type { createVerifyFile } from './verify-file';

/** What the calls need of an open workstation with somebody signed in. */
export interface SigningAt {
  readonly deps: SigningDeps;
  readonly documents: SignDocuments;
  readonly verifyFile: ReturnType<typeof createVerifyFile>;
  readonly compareFile: ReturnType<typeof createCompareFile>;
  readonly checkDevices: () => Promise<DeviceCheck>;
  readonly proofs: Proofs;
}

export interface SigningHandlersDeps extends LogDep {
  readonly at: () => Result<SigningAt>;
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
      withAt(({ documents, proofs }, { intent, documentIds }) => {
        if (proofs.isSigning()) return err({ code: 'signing.busy' });
        proofs.leave();
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
    'signing.checkDevices': bind(
      deps,
      contract['signing.checkDevices'],
      withAt(async ({ checkDevices }) => ok(await checkDevices())),
    ),
    'signing.beginProof': bind(
      deps,
      contract['signing.beginProof'],
      withAt(({ documents, proofs }, request) => {
        if (documents.isSigning()) return err({ code: 'signing.busy' });
        documents.leave();
        return proofs.begin(request);
      }),
    ),
  };
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
