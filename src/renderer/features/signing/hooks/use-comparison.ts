import { useEffect, useState } from 'react';
import type { VisualReport } from '@shared/domain/signing/visual-comparison';
import type { FileHash } from '@shared/kernel/ids';
import { ask, useBridge } from '../../../data/bridge';
import type { Live } from '../../../data/live';

/** What the pages of a file look like beside what was signed; asked for once it is known that somebody signed. */
export function useComparison(sha256: FileHash, isWanted: boolean): Live<VisualReport> {
  const bridge = useBridge();
  const [seen, setSeen] = useState<Live<VisualReport>>({ status: 'loading' });
  useEffect(() => {
    if (!isWanted) return undefined;
    let isGone = false;
    const compare = async () => {
      setSeen({ status: 'loading' });
      const answer = await ask(bridge, 'signing.compare', { sha256 });
      if (isGone) return;
      setSeen(
        answer.ok
          ? { status: 'ready', value: answer.value }
          : { status: 'failed', failure: answer.error },
      );
    };
    void compare();
    return () => {
      isGone = true;
    };
  }, [bridge, sha256, isWanted]);
  return seen;
}
