import { z } from 'zod';
import { OfficeId, OrganId, UserId } from '../../kernel/ids';

/** SHA-256 of a certificate's DER, lower-case hexadecimal: what tokens are registered by (K-6). */
export const Thumbprint = z.string().regex(/^[0-9a-f]{64}$/);

/** Longest picture of a signature or seal, base64 characters: 300 KB of PNG (S-14). */
const MAX_PICTURE = 409_600;

/** Whose certificate: a person signs as themselves, văn thư seals for the organ; never the other way round (K-6). */
export const CertificateOwner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), userId: UserId }).readonly(),
  z.object({ kind: z.literal('organ'), organId: OrganId }).readonly(),
]);
export type CertificateOwner = z.infer<typeof CertificateOwner>;

/** On a device that keeps it to itself, or in a file of the workstation (`.p12`). */
export const KeyStore = z.enum(['token', 'software']);
export type KeyStore = z.infer<typeof KeyStore>;

/** What a certificate says of itself, as far as the office's records keep it. */
export const CertificateFacts = z
  .object({
    thumbprint: Thumbprint,
    /** Common name of the subject. */
    holderName: z.string().min(1).max(200),
    organization: z.string().max(200).nullable(),
    issuerName: z.string().max(200).nullable(),
    /** Instant. */
    notAfter: z.string(),
  })
  .readonly();
export type CertificateFacts = z.infer<typeof CertificateFacts>;

/** A request of the token's holder, and what became of it (K-6). */
export const CertificateBinding = z
  .object({
    state: z.enum(['choXacNhan', 'daXacNhan', 'tuChoi']),
    certificate: CertificateFacts,
    requestedBy: UserId,
    /** Instant by the requester's machine. */
    requestedAt: z.string(),
    /** Null while it waits, and where the province's administrator decided. */
    decidedBy: UserId.nullable(),
    reason: z.string().nullable(),
  })
  .readonly();
export type CertificateBinding = z.infer<typeof CertificateBinding>;

/** PNG with alpha, base64, as the record keeps it (ADR 0006). */
export const SigningPicture = z
  .object({
    png: z.base64().max(MAX_PICTURE),
    /** Real width on paper, millimetres; a handwritten signature is made smaller where its space is narrower. */
    widthMm: z.number().min(5).max(80),
  })
  .readonly();
export type SigningPicture = z.infer<typeof SigningPicture>;

/** Another picture that the holder asked for, and what became of that (S-13). */
export const PictureChange = z
  .object({
    /** Of the asking: a decision names what was looked at. */
    id: z.uuid(),
    state: z.enum(['choXacNhan', 'daXacNhan', 'tuChoi']),
    /** Null once it was decided. */
    picture: SigningPicture.nullable(),
    requestedBy: UserId,
    /** Instant by the requester's machine. */
    requestedAt: z.string(),
    /** Null while it waits, and where the province's administrator decided. */
    decidedBy: UserId.nullable(),
    reason: z.string().nullable(),
  })
  .readonly();
export type PictureChange = z.infer<typeof PictureChange>;

/** A certificate that an administrator registered for a person or an organ, with the picture it signs under (K-6, S-13). */
export const SigningCertificate = z
  .object({
    id: z.uuid(),
    officeId: OfficeId,
    thumbprint: Thumbprint,
    owner: CertificateOwner,
    /** Common name of the certificate, for the screen. */
    holderName: z.string().min(1).max(200),
    /** Null signs without a picture. It is small, and needed without a line. */
    picture: SigningPicture.nullable(),
    /** Absent before the first asking. */
    pictureChange: PictureChange.optional(),
    active: z.boolean(),
    /** Where its key lies, as its holder's machine told when it was asked for; absent in older records: a token. */
    keyStore: KeyStore.optional(),
    /** Absent where an administrator registered it without a request. */
    binding: CertificateBinding.optional(),
  })
  .readonly();
export type SigningCertificate = z.infer<typeof SigningCertificate>;

export const isSoftwareKey = ({ keyStore }: Pick<SigningCertificate, 'keyStore'>): boolean =>
  keyStore === 'software';

/** Whether this certificate may make the leader's signature of that person. */
export const maySignAs = (
  { active, owner }: Pick<SigningCertificate, 'active' | 'owner'>,
  userId: string,
): boolean => active && owner.kind === 'person' && owner.userId === userId;

/** Whether this certificate is the seal of that organ. */
export const maySealFor = (
  { active, owner }: Pick<SigningCertificate, 'active' | 'owner'>,
  organId: string,
): boolean => active && owner.kind === 'organ' && owner.organId === organId;

/** Whether another picture waits for its confirmation. */
export const waitsForPicture = ({ pictureChange }: SigningCertificate): boolean =>
  pictureChange?.state === 'choXacNhan';
