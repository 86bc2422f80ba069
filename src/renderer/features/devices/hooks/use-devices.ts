import { useMemo, useState } from 'react';
import type { Output } from '@shared/ipc/contract';
import { useBridge, watchAnswer } from '../../../data/bridge';
import { liveAnswer, type Live } from '../../../data/live';
import { useLiveKeeping } from '../../../data/use-live';

/** The office's machines as the server knows them: asked at first, and when a person wants to. */
export function useDevices(): {
  readonly list: Live<Output<'devices.list'>>;
  readonly reload: () => void;
} {
  const bridge = useBridge();
  const [attempt, setAttempt] = useState(0);
  const source = useMemo(
    () => watchAnswer(bridge, 'devices.list', undefined, 'session.changed'),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- each attempt asks anew
    [bridge, attempt],
  );
  return {
    list: liveAnswer(useLiveKeeping(source)),
    reload: () => setAttempt((before) => before + 1),
  };
}
