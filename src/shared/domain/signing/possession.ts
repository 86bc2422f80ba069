import { utf8 } from '../../kernel/bytes';
import { canonicalJson } from '../../kernel/canonical-json';
import type { CertificateOwner, KeyStore } from './signing-certificate';

export interface PossessionClaim {
  readonly officeId: string;
  /** Who asks: nobody else can use the signature. */
  readonly userId: string;
  /** The record that the request makes, fresh and random: the same proof makes no second one. */
  readonly recordId: string;
  readonly thumbprint: string;
  readonly owner: CertificateOwner;
  /** Said for a software key alone, so that older requests keep their challenge. */
  readonly keyStore?: Extract<KeyStore, 'software'>;
}

/**
 * What the token signs to show that its holder has both it and the PIN (K-6). It is known without a line, and says what
 * it is for: it can be taken for no document's signed attributes, which are DER.
 */
export const possessionChallenge = (claim: PossessionClaim): Uint8Array<ArrayBuffer> =>
  utf8(canonicalJson({ purpose: 'tram-cong-vu/dang-ky-chung-thu/1', ...claim }));
