import { expect, test } from 'vitest';
import { createCompareFile } from '../../../../src/main/features/signing/compare-file';
import { doPadesJob } from '../../../../src/main/features/signing/pades-job';
import type { PadesWorker } from '../../../../src/main/features/signing/pades-worker-pool';
import type { ComparisonJob } from '@shared/ipc/comparison-contract';
import { FileHash } from '@shared/kernel/ids';
import { ok } from '@shared/kernel/result';
import { smallPdf } from '../../../support/small-pdf';
import { anOffice, fixture, issued, prepared, signAsLeader } from '../../shared/pades/helpers';

const sha256 = FileHash.parse('ab'.repeat(32));
const office = anOffice();
const found = { changes: [], covering: ['la'], stoppedBy: null };

/** Compares a file with a window that only notes what it was given. */
async function compare(bytes: Uint8Array) {
  const jobs: ComparisonJob[] = [];
  const pades = { run: async (job) => doPadesJob(job) } as PadesWorker;
  const compareFile = createCompareFile({
    files: { read: async () => ok(new Uint8Array(bytes)), put: async () => ok(sha256) },
    pades,
    comparePages: async (job) => {
      jobs.push(job);
      return found;
    },
  });
  return { answer: await compareFile(sha256), jobs };
}

test('V-10: the window gets each signed state and where it may differ', async () => {
  const signed = signAsLeader(office, prepared(fixture('chromium-draft.pdf')));
  const sealed = issued(office, fixture('chromium-draft.pdf'));

  const { answer, jobs } = await compare(sealed);

  expect(answer).toEqual(ok(found));
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({ sha256, sizeBytes: sealed.length });
  expect(jobs[0]?.plan.steps).toEqual([
    {
      signedLength: signed.length,
      laterLength: sealed.length,
      // Number, date and seal.
      masks: [expect.anything(), expect.anything(), expect.anything()],
    },
  ]);
});

test('V-10: nothing is drawn of a file that nobody signed', async () => {
  const { answer, jobs } = await compare(fixture('chromium-draft.pdf'));

  expect(answer).toEqual(ok({ changes: [], covering: [], stoppedBy: null }));
  expect(jobs).toEqual([]);
});

test('V-10, A-5: what is too large, or no PDF, is told as not compared', async () => {
  const large = smallPdf({ pages: [['Một trang']], noiseBytes: 20 * 1024 * 1024 });

  expect((await compare(large)).answer).toMatchObject({ value: { stoppedBy: 'size' } });
  expect((await compare(Uint8Array.of(1, 2, 3))).answer).toMatchObject({
    value: { stoppedBy: 'unreadable' },
  });
});
