import { reason, type Reason } from '../../domain/signing/verification-reason';
import type { SignatureReport, VerificationReport } from '../../domain/signing/verification-report';
import type { VisualReport } from '../../domain/signing/visual-comparison';
import { verdictOfReasons, worst } from '../verify/verdict';

/** The report with what was seen on the pages: it can only make a verdict worse (V-10, V-11). */
export function lowerVerdict(report: VerificationReport, seen: VisualReport): VerificationReport {
  const signatures = report.signatures.map((signature) => lowered(signature, seen));
  return {
    ...report,
    signatures,
    verdict: signatures.reduce((verdict, one) => worst([verdict, one.verdict]), report.verdict),
  };
}

function lowered(signature: SignatureReport, { changes, covering }: VisualReport): SignatureReport {
  const length = signature.signedLength;
  // Annotations that the signer allowed are on top of the page: they warn, as the object rules do (attack 14).
  const code = signature.changes === 'annotations' ? 'visual.annotated' : 'visual.changed';
  const found: readonly Reason[] = [
    ...changes
      .filter(({ signedLength }) => length !== null && length <= signedLength)
      .map(({ page }) => reason(code, `page ${page}`)),
    ...(covering.includes(signature.field) ? [reason('place.covers-text', signature.field)] : []),
  ];
  return found.length === 0
    ? signature
    : {
        ...signature,
        reasons: [...signature.reasons, ...found],
        verdict: worst([signature.verdict, verdictOfReasons(found)]),
      };
}
