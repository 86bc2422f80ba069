import type { Verdict, VerificationReport } from '@shared/domain/signing/verification-report';
import type { VisualReport } from '@shared/domain/signing/visual-comparison';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { lowerVerdict } from '@shared/pades/visual/lower-verdict';
import type { OperationDraft } from '@shared/sync/operation';
import type { SigningDesk } from './signing-desk';

export interface CheckDispatchDeps {
  readonly desk: Pick<SigningDesk, 'findDocument'>;
  readonly verifyFile: (sha256: FileHash) => Promise<Result<VerificationReport>>;
  /** What its pages look like beside what was signed (V-10). */
  readonly compareFile: (sha256: FileHash) => Promise<Result<VisualReport>>;
}

/**
 * Electronic sending waits until the signatures were checked against revocation lists and found good (van-ban.md §9.5,
 * VB033), and no page looks different from what was signed (V-10). The pictures are a second line: a file too large to
 * be compared is not held for that. What goes out on paper alone is not held (corrections.md item 8).
 */
export async function checkDispatch(
  { desk, verifyFile, compareFile }: CheckDispatchDeps,
  drafts: readonly OperationDraft[],
): Promise<Result<void>> {
  for (const { kind, target } of drafts) {
    if (kind !== 'cmd.dispatch') continue;
    const document = desk.findDocument(target.id);
    if (!document?.finalPdf) return err({ code: 'signing.document-unknown' });
    if (!document.recipients.some(({ channel }) => channel === 'lienThong')) continue;
    for (const { sha256 } of [document.finalPdf, ...document.appendices.map(({ file }) => file)]) {
      const report = await verifyFile(sha256);
      if (!report.ok) return report;
      const { verdict } = report.value;
      if (verdict === 'CHUA_XAC_DINH') return err({ code: 'signing.not-checked-yet' });
      if (!isGood(verdict)) return err({ code: 'signing.not-valid' });
      const seen = await compareFile(sha256);
      if (!seen.ok) return seen;
      if (!isGood(lowerVerdict(report.value, seen.value).verdict))
        return err({ code: 'signing.not-valid' });
    }
  }
  return ok(undefined);
}

const isGood = (verdict: Verdict): boolean => verdict === 'HOP_LE' || verdict === 'HOP_LE_CANH_BAO';
