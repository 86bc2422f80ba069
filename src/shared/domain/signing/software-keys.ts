import { z } from 'zod';
import type { CertificateOwner } from './signing-certificate';

/** What the province allows an office to sign with keys of `.p12` files: nothing, people's own, the seal too. */
export const SoftwareKeyPolicy = z.enum(['none', 'personal', 'all']);
export type SoftwareKeyPolicy = z.infer<typeof SoftwareKeyPolicy>;

const WithPolicy = z.object({ softwareKeys: SoftwareKeyPolicy });

/** The policy as the office's record tells it; without a word of the province nothing is allowed. */
export function softwareKeyPolicyOf(officeContent: unknown): SoftwareKeyPolicy {
  const parsed = WithPolicy.safeParse(officeContent);
  return parsed.success ? parsed.data.softwareKeys : 'none';
}

export const maySignInSoftware = (
  policy: SoftwareKeyPolicy,
  owner: CertificateOwner['kind'],
): boolean => policy === 'all' || (policy === 'personal' && owner === 'person');

/**
 * The reason that a signature by a software key states of itself (ISO 32000-2 table 255, Reason): it is covered by the
 * signature, and any program that shows signatures shows it.
 */
export const SOFTWARE_KEY_REASON = 'Ký bằng khóa phần mềm';
