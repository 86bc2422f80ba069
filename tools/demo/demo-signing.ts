import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { nodePadesPlatform as platform } from '../../src/main/features/signing/node-pades-platform';
import { sha256 } from '../../src/main/platform/system';
import { createDemoPki, signAsToken, type DemoIdentity } from '../../test/support/demo-pki';
import { repositoryRoot } from '../run-step';

/** A PDF that a key signed, with the certificate of that key (DER). */
export interface SignedPdf {
  readonly bytes: Uint8Array;
  readonly certificate: Uint8Array;
}

export interface DemoSigning {
  /** The leader's signature in the field between chức vụ and họ tên. */
  readonly signAsLeader: (name: string, pdf: Uint8Array) => SignedPdf;
  /** Number, date and the organ's signature in one increment (S-11). */
  readonly sealAsOrgan: (name: string, pdf: Uint8Array, fill: NumberAndDate) => SignedPdf;
}

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(join(repositoryRoot, path)));

/**
 * Signatures by software keys that are thrown away with the process, for the papers of the demo's past. Their issuer says
 * TRÌNH DIỄN, and so do both pictures: no such signature can pass for one of an office.
 */
export function createDemoSigning(): DemoSigning {
  const pki = createDemoPki();
  const identities = new Map<string, DemoIdentity>();
  const pictures = {
    handwriting: read('test/fixtures/pdf/pictures/handwriting.png'),
    seal: read('test/fixtures/pdf/pictures/seal.png'),
  };
  const identityOf = (commonName: string): DemoIdentity => {
    const known = identities.get(commonName) ?? pki.issue({ commonName });
    identities.set(commonName, known);
    return known;
  };
  const signBy = (
    name: string,
    pdf: Uint8Array,
    options: Pick<SignatureOptions, 'field' | 'appearance' | 'fill'>,
  ): SignedPdf => {
    const signer = identityOf(name);
    const { pending, dataToSign } = valueOf(
      prepareSignature(platform, pdf, {
        certificates: pki.chainOf(signer),
        signedAtMs: Date.now(),
        ...options,
      }),
    );
    const signature = signAsToken(signer.privateKeyPem, dataToSign, { hash: pending.scheme.hash });
    const bytes = valueOf(completeSignature(platform, pending, signature));
    return { bytes, certificate: signer.certificate };
  };
  return {
    signAsLeader: (name, pdf) =>
      signBy(name, pdf, {
        field: fieldNames.leader,
        appearance: { kind: 'handwriting', png: pictures.handwriting },
      }),
    sealAsOrgan: (name, pdf, fill) =>
      signBy(name, pdf, {
        field: fieldNames.organ,
        appearance: {
          kind: 'seal',
          png: pictures.seal,
          sizeMm: SEAL_MM,
          over: fieldNames.leader,
        },
        fill,
      }),
  };
}

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

/**
 * What `recordSignature` and `recordSeal` say about an extended file. The one place to change when these acts ask for
 * more about the certificate.
 */
export const extendedBody = (signed: SignedPdf, pdf: object, basedOn: string) => ({
  pdf,
  basedOn,
  certificateSha256: toHex(sha256(signed.certificate)),
});

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`signing: ${JSON.stringify(result.error)}`);
  return result.value;
}
