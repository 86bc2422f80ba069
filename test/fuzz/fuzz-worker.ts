import { parentPort, workerData } from 'node:worker_threads';
import { createFuzzer, type FuzzBases } from './fuzz-one';

const fuzz = createFuzzer(workerData as FuzzBases);

parentPort?.on('message', (seed: number) => {
  parentPort?.postMessage({ seed, finding: fuzz(seed) });
});
