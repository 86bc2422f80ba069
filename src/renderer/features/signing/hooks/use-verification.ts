import { useEffect, useState } from 'react';
import type { VerificationReport } from '@shared/domain/signing/verification-report';
import type { FileHash } from '@shared/kernel/ids';
import { ask, useBridge } from '../../../data/bridge';
import type { Live } from '../../../data/live';

/** The verdict on a file; viewing never waits for it (V-19). */
export function useVerification(sha256: FileHash): Live<VerificationReport> {
  const bridge = useBridge();
  const [report, setReport] = useState<Live<VerificationReport>>({ status: 'loading' });
  useEffect(() => {
    let isGone = false;
    const verify = async () => {
      setReport({ status: 'loading' });
      const answer = await ask(bridge, 'signing.verify', { sha256 });
      if (isGone) return;
      setReport(
        answer.ok
          ? { status: 'ready', value: answer.value }
          : { status: 'failed', failure: answer.error },
      );
    };
    void verify();
    return () => {
      isGone = true;
    };
  }, [bridge, sha256]);
  return report;
}
