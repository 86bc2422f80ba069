import { parentPort } from 'node:worker_threads';
import { err } from '@shared/kernel/result';
import { handOver } from '../features/signing/hand-over';
import { doPadesJob, newFilesOf, type PadesJob } from '../features/signing/pades-job';

parentPort?.on('message', (job: PadesJob) => {
  const result = answer(job);
  parentPort?.postMessage(result, handOver(newFilesOf(result)));
});

/** A bug in reading a file must not be taken for a verdict: it answers as what it is. */
function answer(job: PadesJob): ReturnType<typeof doPadesJob> {
  try {
    return doPadesJob(job);
  } catch {
    return err({ code: 'internal.unexpected' });
  }
}
