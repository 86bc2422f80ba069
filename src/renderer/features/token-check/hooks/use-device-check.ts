import { useEffect, useState } from 'react';
import type { DeviceCheck } from '@shared/ipc/device-check';
import { ask, useBridge } from '../../../data/bridge';
import { liveAnswer, type Live } from '../../../data/live';
import type { Result } from '@shared/kernel/result';
import { isLate } from '../check-text';

/** What was plugged in or pulled out shows within this time (K-3). */
const LOOK_AGAIN_MS = 2500;

/** What is plugged in, looked at again and again while the page is open; the next look waits for the one before. */
export function useDeviceCheck(): Live<DeviceCheck> {
  const bridge = useBridge();
  const [answer, setAnswer] = useState<Result<DeviceCheck>>();
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const next = await ask(bridge, 'signing.checkDevices', undefined);
      if (isGone) return;
      setAnswer(next);
      timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [bridge]);
  return answer === undefined
    ? { status: 'loading' }
    : liveAnswer({ status: 'ready', value: answer });
}

/** What was plugged in when the person signed in; a failure shows nothing, for nobody asked. */
export function useCheckAtStart(): DeviceCheck | undefined {
  const bridge = useBridge();
  const [check, setCheck] = useState<DeviceCheck>();
  useEffect(() => {
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const answer = await ask(bridge, 'signing.checkDevices', undefined);
      if (isGone || !answer.ok) return;
      setCheck(answer.value);
      // A slow driver may still have a certificate that ends soon.
      if (answer.value.modules.some(isLate)) timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [bridge]);
  return check;
}
