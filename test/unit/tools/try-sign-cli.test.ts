import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { rawEntry } from '../../../src/shared/pades/reader/objects';
import { listPages } from '../../../src/shared/pades/reader/pages';
import { trustFromPem } from '../../../src/shared/pades/verify/trust-material';
import { runTrySign } from '../../../tools/try-sign';
import {
  anOffice,
  bytesOf,
  fixture,
  fixturePath,
  needs,
  open,
  run,
  saved,
  signableFixtures,
  signWith,
  temporaryFolder,
  verify,
} from '../shared/pades/helpers';

interface Line {
  readonly file: string;
  readonly out: string | null;
  readonly ok: boolean;
  readonly reason?: string;
}

async function trySign(files: readonly string[], out: string) {
  let text = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const code = await runTrySign([...files, '--out', out]);
  stdout.mockRestore();
  const lines = text.split('\n').filter((line) => line !== '');
  return { code, lines: lines.map((line) => JSON.parse(line) as Line) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

let folder: string;
let answered: Awaited<ReturnType<typeof trySign>>;
beforeAll(async () => {
  folder = temporaryFolder();
  answered = await trySign(signableFixtures.map(fixturePath), folder);
}, 300_000);

const trustOf = (out: string) =>
  trustFromPem(['root.pem', 'revoked.crl'].map((name) => readFileSync(join(out, name), 'latin1')))
    .material;

test('S-5: every fixture is signed and sealed; one line a file, exit 0', () => {
  expect(answered.lines.filter(({ ok }) => !ok)).toEqual([]);
  expect(answered.lines.map(({ file }) => file)).toEqual(signableFixtures.map(fixturePath));
  expect(answered.code).toBe(0);
});

describe.each(signableFixtures)('T-3: %s', (name) => {
  test('S-5, 4.3: it starts with the input; all signatures, old and new, are intact', () => {
    const input = fixture(name);
    const output = bytesOf(join(folder, name));

    const { signatures } = verify(output, trustOf(folder), Date.now());

    const earlier = verify(input, trustOf(folder), Date.now()).signatures.length;
    expect(Buffer.from(output.subarray(0, input.length)).equals(input)).toBe(true);
    expect(signatures.filter(({ integrity }) => integrity !== 'intact')).toEqual([]);
    expect(signatures.filter(({ changes }) => changes === 'notPermitted')).toEqual([]);
    expect(signatures.filter(({ trust }) => trust === 'trusted').length).toBe(earlier > 0 ? 4 : 2);
    expect(signatures.filter(({ changes }) => changes === 'none').length).toBe(1);
  });

  test('other software agrees: pdfsig valid, qpdf clean', needs('pdfsig', 'qpdf'), () => {
    const out = join(folder, name);

    const signatures = run('pdfsig', ['-nocert', out]);

    expect(signatures.match(/Signature Validation: (?!Signature is Valid)/g)).toBeNull();
    expect(signatures.match(/Signature is Valid/g)?.length).toBeGreaterThanOrEqual(2);
    expect(run('qpdf', ['--check', out])).toContain('No syntax or stream encoding errors');
  });
});

describe('S-11: a file that came signed and without fields', () => {
  let out: string;
  let path: string;
  let foreign: Uint8Array;
  beforeAll(async () => {
    const office = anOffice();
    foreign = signWith(office, fixture('hand-cr-line-ends.pdf'), office.organ, {
      field: 'Signature1',
      place: { page: 0, rect: [10, 10, 60, 30] },
    });
    const input = saved(temporaryFolder(), 'signed.pdf', foreign);
    out = temporaryFolder();
    path = join(out, 'signed.pdf');
    await trySign([input], out);
  }, 60_000);

  test('number and date are signatures of the agency, each in an increment of its own', () => {
    const report = verify(bytesOf(path), trustOf(out), Date.now());

    expect(
      report.signatures.map(({ field, integrity, changes }) => [field, integrity, changes]),
    ).toEqual([
      ['Signature1', 'intact', 'permitted'],
      ['ky_ca_nhan', 'intact', 'permitted'],
      ['ky_co_quan_so', 'intact', 'permitted'],
      ['ky_co_quan_ngay', 'intact', 'permitted'],
      ['ky_co_quan', 'intact', 'none'],
    ]);
  });

  test('they are read on the page and not in its content', needs('pdftotext'), () => {
    expect(run('pdftotext', [path, '-'])).toContain('Thử Nghiệm, ngày 05 tháng 02 năm 2026');
    const contents = [foreign, bytesOf(path)].map((bytes) => {
      const [page] = listPages(open(bytes).now);
      return page && rawEntry(page.dict, 'Contents');
    });
    expect(contents[0]).toMatchObject({ kind: 'ref' });
    expect(contents[1]).toEqual(contents[0]);
  });
});

test(
  'S-1: openssl verifies what both have signed, up to the root in the folder',
  needs('openssl'),
  () => {
    const bytes = bytesOf(join(folder, 'chromium-draft.pdf'));
    const ranges = [
      ...Buffer.from(bytes)
        .toString('latin1')
        .matchAll(/ByteRange \[0 (\d+) (\d+) (\d+)/g),
    ];
    const work = temporaryFolder();

    const said = ranges.map(([, gapStart, gapEnd, rest]) => {
      const [from, to, more] = [Number(gapStart), Number(gapEnd), Number(rest)];
      const hex = Buffer.from(bytes.subarray(from + 1, to - 1)).toString('latin1');
      const content = saved(
        work,
        'covered',
        Buffer.concat([bytes.subarray(0, from), bytes.subarray(to, to + more)]),
      );
      const cms = saved(work, 'cms', Buffer.from(hex, 'hex'));
      const root = join(folder, 'root.pem');
      return spawnSync(
        'openssl',
        `cms -verify -binary -inform DER -in ${cms} -content ${content} -CAfile ${root} -purpose any -out /dev/null`.split(
          ' ',
        ),
        { encoding: 'utf8' },
      ).stderr;
    });

    expect(said).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('Verification successful')),
    );
  },
);

test('a file that cannot be signed is told by its code, exit 1; names of outputs stay apart', async () => {
  const out = temporaryFolder();
  const good = fixturePath('scan.pdf');

  const { code, lines } = await trySign([good, fixturePath('encrypted.pdf'), good], out);

  expect(code).toBe(1);
  expect(lines).toEqual([
    { file: good, out: join(out, 'scan.pdf'), ok: true },
    { file: fixturePath('encrypted.pdf'), out: null, ok: false, reason: 'pdf.encrypted' },
    { file: good, out: join(out, 'scan-2.pdf'), ok: true },
  ]);
});

test('exit 2 when it could not run', async () => {
  expect((await trySign([], folder)).code).toBe(2);
  expect((await trySign([join(folder, 'khong-co.pdf')], folder)).code).toBe(2);
});
