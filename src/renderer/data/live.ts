import type { Failure, Result } from '@shared/kernel/result';

/** What a screen knows of something it follows; never `undefined` for "not yet" or "went wrong". */
export type Live<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'ready'; readonly value: T };

/** What went wrong in a stream: streams of main's answers carry failures as values, so it was the local database. */
export const failureOfStream = (): Failure => ({ code: 'projection.store-failed' });

/** A followed answer of main, with its failure where every view expects one. */
export function liveAnswer<T>(live: Live<Result<T>>): Live<T> {
  if (live.status !== 'ready') return live;
  return live.value.ok
    ? { status: 'ready', value: live.value.value }
    : { status: 'failed', failure: live.value.error };
}
