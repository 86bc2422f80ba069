import { ok, type Result } from '@shared/kernel/result';
import { makeBundle, type BundleWish, type MadeBundle, type MakeBundleDeps } from './make-bundle';
import { takeBundle, type TakeBundleDeps, type TakenBundle } from './take-bundle';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export type BundlesDeps = Omit<MakeBundleDeps, 'progress'> & TakeBundleDeps;

/** Hand-over bundles of the signed-in person (§20). */
export function createBundles(deps: BundlesDeps) {
  let progress: Progress | null = null;
  return {
    make: async (wish: BundleWish, path: string): Promise<Result<MadeBundle>> => {
      const noted = (done: number, total: number): void => {
        progress = { done, total };
      };
      const made = await makeBundle({ ...deps, progress: noted }, wish, path);
      progress = null;
      return made;
    },
    take: (path: string): Promise<Result<TakenBundle>> => takeBundle(deps, path),
    /** Bytes of files written so far; null while none is being written. */
    progress: (): Progress | null => progress,
    /** Whose bundle of this record can be answered with what is new alone. */
    answerable: (targetId: string): Result<{ readonly by: string | null }> =>
      ok({ by: deps.journal.peers.lentOf(targetId)?.by ?? null }),
  };
}

export type Bundles = ReturnType<typeof createBundles>;
