import { createContext, use } from 'react';
import { Observable, startWith, switchMap } from 'rxjs';
import type { Channel, EventName } from '@shared/ipc/channels';
import type { Bridge, Input, Output } from '@shared/ipc/contract';
import { invariant } from '@shared/kernel/assert';
import { err, type Result } from '@shared/kernel/result';

const BridgeContext = createContext<Bridge | undefined>(undefined);

export const BridgeProvider = BridgeContext.Provider;

/** The way to main; `window.bridge` in the program, a stand-in in tests. */
export function useBridge(): Bridge {
  const bridge = use(BridgeContext);
  invariant(bridge !== undefined, 'a screen stands inside BridgeProvider');
  return bridge;
}

/** Asks main; a call that never arrived (main is gone, the window closes) is a failure like any other. */
export async function ask<C extends Channel>(
  bridge: Bridge,
  channel: C,
  input: Input<C>,
): Promise<Result<Output<C>>> {
  try {
    return await bridge.call(channel, input);
  } catch {
    return err({ code: 'internal.unexpected' });
  }
}

/** Each announcement of main. */
const watchAnnouncements = (bridge: Bridge, event: EventName): Observable<void> =>
  new Observable((subscriber) => bridge.on(event, () => subscriber.next()));

/** Main's answer now, and again after each announcement; a failed answer does not end it. */
export const watchAnswer = <C extends Channel>(
  bridge: Bridge,
  channel: C,
  input: Input<C>,
  event: EventName,
): Observable<Result<Output<C>>> =>
  watchAnnouncements(bridge, event).pipe(
    startWith(undefined),
    switchMap(() => ask(bridge, channel, input)),
  );
