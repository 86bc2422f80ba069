import { parentPort, workerData } from 'node:worker_threads';
import { createFuzzer, type FuzzBases } from './fuzz-one';

const fuzz = createFuzzer(workerData as FuzzBases);

parentPort?.on('message', (seed: number) => {
  const started = performance.now();
  const finding = fuzz(seed);
  parentPort?.postMessage({ finding, ms: performance.now() - started });
});
