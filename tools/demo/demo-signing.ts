import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Organ } from '@shared/domain/organ/organ';
import type { User } from '@shared/domain/organ/user';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { toHex } from '@shared/kernel/bytes';
import type { Result } from '@shared/kernel/result';
import { fieldNames } from '@shared/pades/field-names';
import type { NumberAndDate } from '@shared/pades/fill';
import { findPlaces } from '@shared/pades/find-places';
import { SEAL_MM } from '@shared/pades/places';
import { prepareFields } from '@shared/pades/prepare';
import { listPages } from '@shared/pades/reader/pages';
import { openPdf } from '@shared/pades/reader/pdf-file';
import {
  completeSignature,
  prepareSignature,
  type SignatureOptions,
} from '@shared/pades/signature';
import { nameBasedId } from '@shared/kernel/name-based-id';
import { nodePadesPlatform as platform } from '../../src/main/features/signing/node-pades-platform';
import { sha256 } from '../../src/main/platform/system';
import { signAsToken, type DemoIdentity, type DemoPki } from '../../test/support/demo-pki';
import { repositoryRoot } from '../run-step';

/** A PDF that a key signed, with the registered certificate of that key. */
export interface SignedPdf {
  readonly bytes: Uint8Array;
  readonly certificate: SigningCertificate;
}

export interface DemoSigning {
  /** The leader's signature in the field between chức vụ and họ tên. */
  readonly signAsLeader: (signer: User, pdf: Uint8Array) => Promise<SignedPdf>;
  /** Number, date and the organ's signature in one increment (S-11). */
  readonly sealAsOrgan: (organ: Organ, pdf: Uint8Array, fill: NumberAndDate) => Promise<SignedPdf>;
}

export interface DemoSigningDeps {
  readonly pki: DemoPki;
  /** Whose certificate it is (K-6): done once for each, before its first signature. */
  readonly register: (certificate: SigningCertificate) => Promise<void>;
}

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(join(repositoryRoot, path)));

/** Pictures of a signature and a seal that say TRÌNH DIỄN, so that none can pass for one of an office (S-13). */
export const demoPicture = (kind: 'handwriting' | 'seal'): SigningCertificate['picture'] => ({
  png: Buffer.from(read(`test/fixtures/pdf/pictures/${kind}.png`)).toString('base64'),
  widthMm: kind === 'seal' ? SEAL_MM : 40,
});

/** The record by which a demo certificate may sign for a person or seal for an organ. */
export const demoRegistration = (
  certificate: Uint8Array,
  { officeId, owner, holderName }: Pick<SigningCertificate, 'officeId' | 'owner' | 'holderName'>,
): SigningCertificate => {
  const thumbprint = toHex(sha256(certificate));
  return SigningCertificate.parse({
    id: nameBasedId(`demo:certificate:${thumbprint}`, sha256),
    officeId,
    thumbprint,
    owner,
    holderName,
    picture: demoPicture(owner.kind === 'person' ? 'handwriting' : 'seal'),
    active: true,
  });
};

/**
 * Signatures by software keys that are thrown away with the process, for the papers of the demo's past. Their issuer says
 * TRÌNH DIỄN: no such signature can pass for one of an office.
 */
export function createDemoSigning({ pki, register }: DemoSigningDeps): DemoSigning {
  const identities = new Map<string, Promise<Signer>>();
  const signerFor = (
    key: string,
    owner: Pick<SigningCertificate, 'officeId' | 'owner' | 'holderName'>,
  ): Promise<Signer> => {
    const known = identities.get(key) ?? makeSigner(owner);
    identities.set(key, known);
    return known;
  };
  const makeSigner = async (
    owner: Pick<SigningCertificate, 'officeId' | 'owner' | 'holderName'>,
  ): Promise<Signer> => {
    const identity = pki.issue({ commonName: owner.holderName });
    const certificate = demoRegistration(identity.certificate, owner);
    await register(certificate);
    return { identity, certificate };
  };
  const signBy = (
    { identity, certificate }: Signer,
    pdf: Uint8Array,
    options: Pick<SignatureOptions, 'field' | 'appearance' | 'fill'>,
  ): SignedPdf => {
    const { pending, dataToSign } = valueOf(
      prepareSignature(platform, pdf, {
        certificates: pki.chainOf(identity),
        signedAtMs: Date.now(),
        ...options,
      }),
    );
    const value = signAsToken(identity.privateKeyPem, dataToSign, { hash: pending.scheme.hash });
    return { bytes: valueOf(completeSignature(platform, pending, value)), certificate };
  };
  return {
    signAsLeader: async ({ id, officeId, fullName }, pdf) => {
      const owner = { kind: 'person', userId: id } as const;
      const signer = await signerFor(id, { officeId, owner, holderName: fullName });
      return signBy(signer, pdf, {
        field: fieldNames.leader,
        appearance: { kind: 'handwriting', png: pngOf(signer) },
      });
    },
    sealAsOrgan: async ({ id, officeId, name }, pdf, fill) => {
      const owner = { kind: 'organ', organId: id } as const;
      const signer = await signerFor(id, { officeId, owner, holderName: name });
      return signBy(signer, pdf, {
        field: fieldNames.organ,
        appearance: {
          kind: 'seal',
          png: pngOf(signer),
          sizeMm: SEAL_MM,
          over: fieldNames.leader,
        },
        fill,
      });
    },
  };
}

interface Signer {
  readonly identity: DemoIdentity;
  readonly certificate: SigningCertificate;
}

const pngOf = ({ certificate }: Signer): Uint8Array =>
  new Uint8Array(Buffer.from(certificate.picture?.png ?? '', 'base64'));

/** The printed draft with its four fields, at the places that its markers name (S-9). */
export function preparePaper(pdf: Uint8Array): Uint8Array {
  const places = findPlaces(valueOf(openPdf(platform, pdf)));
  if (!places) throw new Error('the draft has no markers');
  const fonts = {
    upright: read('resources/fonts/LiberationSerif-Regular.ttf'),
    italic: read('resources/fonts/LiberationSerif-Italic.ttf'),
  };
  return valueOf(prepareFields(platform, pdf, { places, fonts }));
}

export const pageCountOf = (pdf: Uint8Array): number =>
  listPages(valueOf(openPdf(platform, pdf)).now).length;

/** What `recordSignature` and `recordSeal` say about an extended file. */
export const extendedBody = ({ certificate }: SignedPdf, pdf: object, basedOn: string) => ({
  pdf,
  basedOn,
  certificateId: certificate.id,
  certificateSha256: certificate.thumbprint,
});

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`signing: ${JSON.stringify(result.error)}`);
  return result.value;
}
