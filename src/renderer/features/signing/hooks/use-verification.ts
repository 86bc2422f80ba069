import { useMemo } from 'react';
import type { CheckedReport } from '@shared/domain/signing/verification-report';
import type { FileHash } from '@shared/kernel/ids';
import { useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer, type Live } from '../../../data/live';
import { useLive } from '../../../data/use-live';

/** The verdict on a file, and again when it was made again (V-14); viewing never waits for it (V-19). */
export function useVerification(sha256: FileHash): Live<CheckedReport> {
  const bridge = useBridge();
  return liveAnswer(
    useLive(
      useMemo(
        () => watchAnswer(bridge, 'signing.verify', { sha256 }, 'signing.verdictChanged'),
        [bridge, sha256],
      ),
    ),
  );
}
