import {
  lacksData,
  wantsFresherData,
  type CheckedReport,
} from '@shared/domain/signing/verification-report';
import type { FileHash } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import { judgeFile } from './judge-file';
import { markSoftwareKeys } from './mark-software-keys';
import type { SigningDeps } from './signing-deps';
import type { RefreshLimits } from './trust-store';
import type { VerdictStore } from './verdict-store';

export type VerifyFileDeps = Pick<
  SigningDeps,
  'files' | 'pades' | 'trust' | 'clock' | 'clockEvidence' | 'desk'
> & { readonly verdicts: VerdictStore };

/** Judges the signatures of a file; what lacks data is never green, and waits for them (V-13, V-14). */
export function createVerifyFile(deps: VerifyFileDeps) {
  const { files, pades, trust, clock, clockEvidence, verdicts, desk } = deps;

  async function judge(sha256: FileHash, bytes: Uint8Array): Promise<Result<CheckedReport>> {
    const trustPem = await trust.read();
    const judged = await judgeFile(pades, { bytes, trustPem, nowMs: clock.nowMs() });
    if (!judged.ok) return judged;
    const report = markSoftwareKeys(judged.value, desk.listCertificates());
    return ok(await verdicts.note(sha256, report));
  }

  return {
    /** By what is at hand: whoever looks at the file waits for no line. */
    async atHand(sha256: FileHash): Promise<Result<CheckedReport>> {
      const read = await files.read(sha256);
      return read.ok ? judge(sha256, read.value) : read;
    },

    /** Fetches first what is missing or old; with no line, and for a file that wants nothing, nobody is asked. */
    async withLine(
      sha256: FileHash,
      limits?: RefreshLimits,
    ): Promise<Result<{ readonly report: CheckedReport; readonly asked: number }>> {
      const read = await files.read(sha256);
      if (!read.ok) return read;
      const first = await judge(sha256, read.value);
      if (!first.ok) return first;
      const without = ok({ report: first.value, asked: 0 });
      const wantsData = lacksData(first.value) || wantsFresherData(first.value);
      if (!wantsData || !clockEvidence().isOnline) return without;
      const certificates = await pades.run({ do: 'listCertificates', bytes: read.value });
      if (!certificates.ok) return without;
      const asked = await trust.refresh(certificates.value, limits);
      if (asked === 0) return without;
      const second = await judge(sha256, read.value);
      return second.ok ? ok({ report: second.value, asked }) : second;
    },
  };
}

export type VerifyFile = ReturnType<typeof createVerifyFile>;
