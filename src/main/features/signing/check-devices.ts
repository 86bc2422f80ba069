import { daysLeft, endsSoon } from '@shared/domain/signing/certificate-expiry';
import type { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import type { CheckedCertificate, DeviceCheck } from '@shared/ipc/device-check';
import { parseCertificate, type DistinguishedName } from '@shared/pades/cms/certificate';
import { isSoftware } from './software-keys';
import type { SigningDeps } from './signing-deps';
import type { TokenCertificate, TokenListing } from './token-port';

export interface CheckDevicesDeps extends Pick<SigningDeps, 'token' | 'desk' | 'clock' | 'person'> {
  readonly lastFailures: () => DeviceCheck['lastFailures'];
}

/** What support asks for first: drivers, tokens, certificates and what went wrong last; nobody logs in (K-17). */
export function createCheckDevices(deps: CheckDevicesDeps): () => Promise<DeviceCheck> {
  const { token, desk, clock, person, lastFailures } = deps;
  return async () => {
    const listing = await token.list('soon');
    const nowMs = clock.nowMs();
    const about = { nowMs, registered: desk.listCertificates(), userId: person()?.user.id };
    return {
      at: new Date(nowMs).toISOString(),
      modules: modulesOf(listing),
      softwareKeys: desk.softwareKeys(),
      tokens: listing.tokens.map(({ serial, pinLength: _length, ...shown }) => ({
        ...shown,
        maskedSerial: maskSerial(serial),
        isSoftware: isSoftware(shown),
        certificates: listing.certificates
          .filter(
            ({ token: on }) =>
              on.serial === serial && on.label === shown.label && on.moduleId === shown.moduleId,
          )
          .flatMap((certificate) => checkCertificate(certificate, about)),
      })),
      lastFailures: lastFailures(),
    };
  };
}

function modulesOf({ modules, troubles }: TokenListing): DeviceCheck['modules'] {
  const broken = troubles.filter(({ moduleId }) => moduleId !== '');
  return [
    ...modules
      .filter((id) => !broken.some(({ moduleId }) => moduleId === id))
      .map((id) => ({ id, failure: null, why: null })),
    ...broken.map(({ moduleId, failure }) => ({
      id: moduleId,
      failure: failure.code,
      why: (failure.code === 'token.driver-unusable' && failure.why) || null,
    })),
  ];
}

/** The last four characters tell two tokens apart; the whole serial would name one anywhere. */
export const maskSerial = (serial: string): string =>
  serial.length <= 4 ? '••••' : `••••${serial.slice(-4)}`;

interface About {
  readonly nowMs: number;
  readonly registered: readonly SigningCertificate[];
  readonly userId: string | undefined;
}

function checkCertificate(
  { thumbprint, der }: TokenCertificate,
  { nowMs, registered, userId }: About,
): readonly CheckedCertificate[] {
  const certificate = parseCertificate(der);
  if (!certificate) return [];
  const { subjectName, issuerName, notAfter } = certificate;
  const days = daysLeft(notAfter, nowMs);
  const record = registered.find((one) => one.active && one.thumbprint === thumbprint);
  return [
    {
      thumbprint,
      holderName: subjectName.commonName ?? '',
      organization: subjectName.organization ?? null,
      issuerName: issuerName.commonName ?? null,
      notAfter: new Date(notAfter).toISOString(),
      daysLeft: days,
      endsSoon: endsSoon(days),
      registeredFor: record ? ownerOf(record, userId) : null,
      renews:
        record === undefined && registered.some((one) => isRenewedBy(one, subjectName, userId)),
    },
  ];
}

/** The same names on a certificate of the person's own; the organisation counts where the record keeps it. */
const isRenewedBy = (
  { active, owner, holderName, binding }: SigningCertificate,
  name: DistinguishedName,
  userId: string | undefined,
): boolean =>
  active &&
  owner.kind === 'person' &&
  owner.userId === userId &&
  holderName === name.commonName &&
  (binding === undefined || binding.certificate.organization === (name.organization ?? null));

const ownerOf = (
  { owner }: SigningCertificate,
  userId: string | undefined,
): CheckedCertificate['registeredFor'] => {
  if (owner.kind === 'organ') return 'organ';
  return owner.userId === userId ? 'me' : 'otherPerson';
};
