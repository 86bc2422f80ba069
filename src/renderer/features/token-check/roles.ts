import { roleFor } from '@shared/domain/organ/permission';
import type { Role, User } from '@shared/domain/organ/user';
import { waitsForPicture } from '@shared/domain/signing/signing-certificate';
import type { CertificateRow } from '../../data/repositories/reference-repository';

/** The role in which this person confirms what others asked for; undefined when they may not. */
export const decidingRole = (user: User): Role | undefined =>
  user.grants
    .map(({ organId }) => roleFor(user, 'confirmCertificate', organId))
    .find((role) => role !== undefined);

/** The role in which this person asks for another picture; undefined when the certificate is not theirs to ask for. */
export function askingRole(user: User, { certificate }: CertificateRow): Role | undefined {
  const { owner, active } = certificate;
  if (!active) return undefined;
  if (owner.kind === 'organ') return roleFor(user, 'holdSeal', owner.organId);
  return owner.userId === user.id ? user.grants[0]?.role : undefined;
}

/** The role in which this person decides the picture that waits; a seal's is the province's. */
export function pictureRole(user: User, { certificate }: CertificateRow): Role | undefined {
  const isOthers = certificate.pictureChange?.requestedBy !== user.id;
  const isOffices = certificate.owner.kind === 'person';
  return waitsForPicture(certificate) && isOthers && isOffices ? decidingRole(user) : undefined;
}

/** Those whose picture is this person's to change or to decide. */
export const withPictures = (
  rows: readonly CertificateRow[],
  user: User,
): readonly CertificateRow[] =>
  rows.filter((row) => askingRole(user, row) !== undefined || pictureRole(user, row) !== undefined);
