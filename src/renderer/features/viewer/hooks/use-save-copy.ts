import { useState } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { ask, useBridge } from '../../../data/bridge';

/** What became of the last copy that was asked for. */
export type CopyOutcome =
  | { readonly kind: 'saved'; readonly name: string }
  | { readonly kind: 'failed'; readonly code: string };

/** Copies a file out of the store to where the person says; fetches it first when it is not here. */
export function useSaveCopy() {
  const bridge = useBridge();
  const [outcome, setOutcome] = useState<CopyOutcome>();
  const saveCopy = async (
    { sha256, name }: Pick<AttachedFile, 'sha256' | 'name'>,
    firstBytes?: number,
  ): Promise<void> => {
    setOutcome(undefined);
    const fetched = await ask(bridge, 'files.fetch', { sha256 });
    const part = firstBytes === undefined ? {} : { firstBytes };
    const saved = fetched.ok
      ? await ask(bridge, 'files.saveCopy', { sha256, name, ...part })
      : fetched;
    if (!saved.ok) setOutcome({ kind: 'failed', code: saved.error.code });
    else if (saved.value.saved) setOutcome({ kind: 'saved', name });
  };
  return { outcome, saveCopy };
}
