import { isSoftwareKey, type SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { reason } from '@shared/domain/signing/verification-reason';
import type { VerificationReport } from '@shared/domain/signing/verification-report';
import { verdictOf, worst } from '@shared/pades/verify/verdict';

/**
 * Names the signatures whose certificate this office registered as a software key, where the signature itself does not
 * say so. A certificate that was withdrawn since is still one.
 */
export function markSoftwareKeys(
  report: VerificationReport,
  registered: readonly SigningCertificate[],
): VerificationReport {
  const known = new Set(registered.filter(isSoftwareKey).map(({ thumbprint }) => thumbprint));
  const signatures = report.signatures.map((one) => {
    const isTold = one.reasons.some(({ code }) => code === 'key.software');
    if (isTold || !one.certificate || !known.has(one.certificate.thumbprint)) return one;
    const reasons = [...one.reasons, reason('key.software', 'signingCertificate')];
    return { ...one, reasons, verdict: worst([one.verdict, verdictOf({ ...one, reasons })]) };
  });
  if (signatures.every((one, at) => one === report.signatures[at])) return report;
  const verdict = worst([report.verdict, ...signatures.map((one) => one.verdict)]);
  return { ...report, verdict, signatures };
}
