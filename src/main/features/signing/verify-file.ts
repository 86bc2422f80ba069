import type { VerificationReport } from '@shared/domain/signing/verification-report';
import type { FileHash } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import { judgeFile } from './judge-file';
import { markSoftwareKeys } from './mark-software-keys';
import type { SigningDeps } from './signing-deps';

/**
 * Judges the signatures of a file. What only lacks revocation data is judged again with fresh lists when there is a line
 * (V-13, V-14); without one the report says what is missing and is never green.
 */
export function createVerifyFile({
  files,
  pades,
  trust,
  clock,
  clockEvidence,
  desk,
}: Pick<SigningDeps, 'files' | 'pades' | 'trust' | 'clock' | 'clockEvidence' | 'desk'>) {
  return async (sha256: FileHash): Promise<Result<VerificationReport>> => {
    const read = await files.read(sha256);
    if (!read.ok) return read;
    const bytes = read.value;
    const judge = async (): Promise<Result<VerificationReport>> => {
      const trustPem = await trust.read();
      const judged = await judgeFile(pades, { bytes, trustPem, nowMs: clock.nowMs() });
      return judged.ok ? ok(markSoftwareKeys(judged.value, desk.listCertificates())) : judged;
    };
    const first = await judge();
    if (!first.ok || !lacksRevocation(first.value) || !clockEvidence().isOnline) return first;
    const certificates = await pades.run({ do: 'listCertificates', bytes });
    if (!certificates.ok) return first;
    await trust.refresh(certificates.value);
    return judge();
  };
}

const lacksRevocation = ({ signatures }: VerificationReport): boolean =>
  signatures.some(({ reasons }) => reasons.some(({ code }) => code.startsWith('revocation.')));
