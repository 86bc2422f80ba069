import { useCallback, useEffect, useState } from 'react';
import type { ErrorCode } from '@shared/errors/catalogue';
import type { FileHash } from '@shared/kernel/ids';
import { ask, useBridge } from '../../../data/bridge';
import type { Live } from '../../../data/live';
import { openPdf, type OpenPdf } from '../open-pdf';

/**
 * A PDF by its hash: fetched to this machine when it is not here yet, then opened.
 *
 * @param firstBytes opens only so many bytes: the file as an earlier signature signed it (V-15)
 */
export function usePdf(sha256: FileHash, firstBytes?: number) {
  const bridge = useBridge();
  const [pdf, setPdf] = useState<Live<OpenPdf>>({ status: 'loading' });
  const fail = useCallback(
    (code: ErrorCode) => setPdf({ status: 'failed', failure: { code } }),
    [],
  );

  useEffect(() => {
    let isGone = false;
    let close = async () => undefined as void;
    const open = async () => {
      const fetched = await ask(bridge, 'files.fetch', { sha256 });
      if (isGone) return;
      if (!fetched.ok) return setPdf({ status: 'failed', failure: fetched.error });
      const opened = await openPdf(sha256, firstBytes ?? fetched.value.sizeBytes, () =>
        fail('files.missing'),
      );
      if (!opened.ok) {
        if (!isGone) setPdf({ status: 'failed', failure: opened.error });
        return;
      }
      if (isGone) return opened.value.close();
      close = opened.value.close;
      setPdf({ status: 'ready', value: opened.value });
    };
    void open();
    return () => {
      isGone = true;
      void close();
    };
  }, [bridge, sha256, firstBytes, fail]);

  return { pdf, onFailed: useCallback(() => fail('pdf.broken'), [fail]) };
}
