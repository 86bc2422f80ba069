import { parentPort } from 'node:worker_threads';
import { runSeed, type SeedOptions, type SeedResult } from './run-seed';

export { runSeed };

/** What a worker is asked for, one seed at a time, and what it answers. */
export interface SeedOrder {
  readonly seed: number;
  readonly options: SeedOptions;
}

parentPort?.on('message', ({ seed, options }: SeedOrder) => {
  void runSeed(seed, options).then((result: SeedResult) => parentPort?.postMessage(result));
});
