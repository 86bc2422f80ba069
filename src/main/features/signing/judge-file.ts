import type { VerificationReport } from '@shared/domain/signing/verification-report';
import { ok, type Result } from '@shared/kernel/result';
import { reportOfLimit } from '@shared/pades/verify/verify-pdf';
import { nodePadesPlatform } from './node-pades-platform';
import type { PadesJob } from './pades-job';
import type { PadesWorker } from './pades-worker-pool';

/** Judges a file in the worker; one that ran over its time or memory gets a report that names the limit. */
export async function judgeFile(
  pades: PadesWorker,
  job: Omit<Extract<PadesJob, { do: 'verify' }>, 'do'>,
): Promise<Result<VerificationReport>> {
  const answer = await pades.run({ do: 'verify', ...job });
  if (answer.ok || !('limit' in answer.error)) return answer;
  return ok(reportOfLimit(nodePadesPlatform, job.bytes, { ...job, limit: answer.error.limit }));
}
