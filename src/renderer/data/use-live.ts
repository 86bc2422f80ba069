import { useMemo, useState, useSyncExternalStore } from 'react';
import type { Observable } from 'rxjs';
import { failureOfStream, type Live } from './live';

/**
 * Follows an observable for React; the only place that subscribes. The source must be stable (`useMemo`): a new one
 * starts again at `loading`.
 */
export function useLive<T>(source: Observable<T>): Live<T> {
  const store = useMemo(() => createLiveStore(source), [source]);
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

/** As `useLive`, but a new source keeps what the old one showed until it has something itself. */
export function useLiveKeeping<T>(source: Observable<T>): Live<T> {
  const live = useLive(source);
  const [kept, setKept] = useState(live);
  if (live.status !== 'loading' && live !== kept) setKept(live);
  return live.status === 'loading' ? kept : live;
}

function createLiveStore<T>(source: Observable<T>) {
  let state: Live<T> = { status: 'loading' };
  return {
    snapshot: (): Live<T> => state,
    subscribe: (changed: () => void) => {
      const subscription = source.subscribe({
        next: (value) => {
          state = { status: 'ready', value };
          changed();
        },
        error: () => {
          state = { status: 'failed', failure: failureOfStream() };
          changed();
        },
      });
      return () => subscription.unsubscribe();
    },
  };
}
