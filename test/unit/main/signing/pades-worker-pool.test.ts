import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import type { PadesJob } from '../../../../src/main/features/signing/pades-job';
import { judgeFile } from '../../../../src/main/features/signing/judge-file';
import {
  createPadesWorker,
  limitMsOf,
} from '../../../../src/main/features/signing/pades-worker-pool';
import { buildWorker } from '../../../support/worker-bundle';
import { smallPdf } from '../../../support/small-pdf';
import { temporaryFolder } from '../../../support/temporary-folder';
import { anOffice, NOW, signAsLeader } from '../../shared/pades/helpers';
import { readyPdf } from './signing-world';

const workerPath = await buildWorker('pades-worker');
const pastLimit = { ok: false, error: { code: 'pdf.limit' } };
const MB = 1024 * 1024;
const plain = new Uint8Array(smallPdf({ pages: [['Một trang']] }));
const describePlain = { do: 'describe', bytes: plain } as const satisfies PadesJob;

function aWorker(path = workerPath, limitMs?: number) {
  const worker = createPadesWorker(path, limitMs === undefined ? undefined : () => limitMs);
  onTestFinished(() => worker.stop());
  return worker;
}

/** A worker that misbehaves at a job whose file begins with one of these letters, as a crafted file would make it. */
function aBadWorker(limitMs?: number) {
  const path = join(temporaryFolder(), 'bad-worker.mjs');
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', ({ bytes }) => {
       const held = [];
       if (bytes[0] === 0x4c) for (;;);
       if (bytes[0] === 0x4d) for (;;) held.push(new Array(100_000).fill(held.length));
       if (bytes[0] === 0x58) process.exit(1);
       parentPort.postMessage({ ok: true, value: { pageCount: bytes[0], fields: [] } });
     });`,
  );
  return aWorker(path, limitMs);
}
const jobOf = (letter: string): PadesJob => ({
  do: 'describe',
  bytes: Uint8Array.of(letter.charCodeAt(0)),
});

test.each([
  ['loops', 'L', 'time', 1_000],
  ['eats memory', 'M', 'memory', 60_000],
  ['ends its thread', 'X', 'memory', undefined],
])(
  'A-5: a file that %s costs its own job alone; the next one works',
  async (_what, letter, limit, limitMs) => {
    const worker = aBadWorker(limitMs);

    const [bad, good] = await Promise.all([worker.run(jobOf(letter)), worker.run(jobOf('a'))]);

    expect(bad).toEqual({ ok: false, error: { code: 'pdf.limit', limit } });
    expect(good).toMatchObject({ ok: true, value: { pageCount: 0x61 } });
  },
  60_000,
);

test('A-5: 3 s to judge a file up to 20 MB, longer only for a larger one', () => {
  const verifying = (size: number) =>
    limitMsOf({ do: 'verify', bytes: new Uint8Array(size), trustPem: [], nowMs: NOW });

  expect([verifying(1), verifying(20 * MB), verifying(20 * MB + 1)]).toEqual([3_000, 3_000, 6_000]);
});

test('A-5: a file whose judging was ended is "không kiểm tra được", with the limit named', async () => {
  const worker = aBadWorker(1_000);

  const judged = await judgeFile(worker, {
    bytes: Uint8Array.of('L'.charCodeAt(0)),
    trustPem: [],
    nowMs: NOW,
  });

  expect(judged).toMatchObject({
    ok: true,
    value: {
      verdict: 'CHUA_XAC_DINH',
      size: 1,
      reasons: [{ code: 'file.limit', where: 'time' }],
    },
  });
});

test('A-5: jobs that are waiting when the program stops are answered', async () => {
  const worker = aBadWorker();
  const jobs = [worker.run(jobOf('L')), worker.run(jobOf('a'))];

  await worker.stop();

  expect(await Promise.all(jobs)).toEqual([pastLimit, pastLimit]);
});

test('A-5: the program’s own worker reads a file, and judges one in its thread', async () => {
  const office = anOffice();
  const worker = aWorker();
  const bytes = signAsLeader(office, readyPdf);

  expect(await worker.run(describePlain)).toMatchObject({ ok: true, value: { pageCount: 1 } });
  expect(
    await worker.run({
      do: 'verify',
      bytes,
      trustPem: [office.pki.root.certificatePem],
      nowMs: NOW,
    }),
  ).toMatchObject({ ok: true, value: { signatures: [{ kind: 'leader', integrity: 'intact' }] } });
});

test('O-1: a file that the caller gives away is handed to the thread, another one is copied', async () => {
  const worker = aWorker();
  const [given, lent] = [plain.slice(), plain.slice()];

  const answers = [
    await worker.run({ do: 'describe', bytes: given }, [given]),
    await worker.run({ do: 'describe', bytes: lent }),
    // A view into a larger buffer gives away nothing of its neighbours'.
    await worker.run({ do: 'describe', bytes: plain.subarray(0) }, [plain.subarray(1)]),
  ];

  expect(answers).toMatchObject(Array.from(answers, () => ({ ok: true, value: { pageCount: 1 } })));
  expect([given.length, lent.length, plain.length]).toEqual([0, lent.length, plain.length]);
  expect(plain.length).toBeGreaterThan(0);
});

test('A-5: a page tree that leads back to itself is answered, not followed', async () => {
  const text = Buffer.from(plain).toString('latin1');
  const looped = text.replace('/Kids [5 0 R]', '/Kids [2 0 R]');
  expect(looped).not.toBe(text);
  const worker = aWorker();

  const answer = await worker.run({ do: 'describe', bytes: Buffer.from(looped, 'latin1') });

  expect(answer.ok).toBe(false);
  expect(await worker.run(describePlain)).toMatchObject({ ok: true });
});

test('A-5: a stream that swells without end stops at the limit', async () => {
  const worker = aWorker();

  const answer = await worker.run({ do: 'verify', bytes: flateBomb(), trustPem: [], nowMs: NOW });

  expect(answer).toMatchObject({
    ok: true,
    value: { verdict: 'CHUA_XAC_DINH', reasons: [{ code: 'file.limit' }] },
  });
  expect(await worker.run(describePlain)).toMatchObject({ ok: true });
});

/** A file whose cross-reference stream, twice deflated, swells to 256 MB out of a kilobyte. */
function flateBomb(): Uint8Array {
  const bomb = deflateSync(deflateSync(Buffer.alloc(256 * 1024 * 1024)));
  const head = Buffer.from('%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\n');
  const stream = Buffer.concat([
    Buffer.from(
      `2 0 obj\n<< /Type /XRef /Size 3 /W [1 4 1] /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length ${bomb.length} >>\nstream\n`,
    ),
    bomb,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${head.length}\n%%EOF\n`),
  ]);
  return new Uint8Array(Buffer.concat([head, stream]));
}
