import { expect, test } from 'vitest';
import { equalBytes } from '@shared/kernel/bytes';
import { JsonObject } from '@shared/kernel/canonical-json';
import type { FileHash } from '@shared/kernel/ids';
import { aFile, anId } from '../../../support/core-builders';
import { aScannedPdf } from '../../../support/scanned-pdf';
import {
  anOffice,
  fixture,
  issued,
  needs,
  run,
  saved,
  temporaryFolder,
  verify,
} from '../../shared/pades/helpers';
import {
  aSigningWorld,
  clerk,
  readyPdf,
  thumbprintOf,
  waitingForSeal,
  type SigningWorld,
} from './signing-world';

const office = anOffice();
const scan = aScannedPdf();

let world: SigningWorld;
const renew = async (): Promise<void> => {
  world = await aSigningWorld(office);
  world.now.person = clerk;
};

async function bytesOf(sha256: unknown): Promise<Uint8Array> {
  const read = await world.deps.files.read(sha256 as FileHash);
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
}

/** The file that the only act names. */
const signedBytes = (): Promise<Uint8Array> =>
  bytesOf(JsonObject.parse(world.saved[0]?.body['pdf'])['sha256']);

async function signCopy(bytes: Uint8Array, over: object = {}) {
  await renew();
  const id = await world.addCopy(bytes, { ...over });
  const begun = world.begin('copy', [id]);
  if (!begun.ok) return { id, begun };
  return { id, begun, signed: await world.signAll(office.organ, [id]) };
}

const cornerText = (bytes: Uint8Array): readonly string[] =>
  run('pdftotext', [
    '-layout',
    ...'-l 1 -x 300 -y 0 -W 295 -H 56'.split(' '),
    saved(temporaryFolder(), 'x.pdf', bytes),
    '-',
  ])
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

test(
  'S-9, van-ban.md §3.5: the organ signs a digitised paper in its corner with form, organ and time, and the act names both files',
  needs('pdftotext'),
  async () => {
    const { id, signed } = await signCopy(scan);

    const [act] = world.saved;
    const after = await signedBytes();
    expect(signed).toEqual({ ok: true, value: { signed: 1 } });
    expect(act).toMatchObject({
      kind: 'cmd.recordCopySignature',
      role: 'vanThu',
      target: { type: 'certifiedCopy', id },
      body: { certificateSha256: thumbprintOf(office.organ) },
    });
    expect(equalBytes(after.subarray(0, scan.length), scan)).toBe(true);
    expect(cornerText(after)).toEqual([
      'SAO Y',
      'ỦY BAN NHÂN DÂN XÃ THỬ NGHIỆM',
      '2026-11-22T13:00:00+07:00',
    ]);
    expect(verify(after, office.trust).signatures).toMatchObject([
      { field: 'ky_ban_sao', kind: 'copy', integrity: 'intact', trust: 'trusted' },
    ]);
  },
);

test.each([
  ['grey', aScannedPdf({ space: '/DeviceGray', samples: 1 }), 'scan-not-colour'],
  ['coarse', aScannedPdf({ dpi: 100 }), 'scan-resolution'],
  ['no scan at all', fixture('chromium-draft.pdf'), 'scan-no-picture'],
])('VB038: what was digitised wrongly is not signed: %s', async (_name, bytes, code) => {
  const { id, signed } = await signCopy(bytes);

  const described = world.describe();
  const codes = described.ok && described.value.items[0]?.findings?.map((finding) => finding.code);
  expect(signed).toEqual({ ok: false, error: { code: 'signing.gate-stopped' } });
  expect(codes).toContain(code);
  expect(world.deps.desk.findCopy(id)?.state).toBe('daCapSo');
});

test('VB038: an extract of an electronic document was not digitised and is no scan', async () => {
  const over = { documentTypeId: 'TRS', from: 'dienTu' };

  const { signed } = await signCopy(fixture('chromium-draft.pdf'), over);

  expect(signed).toEqual({ ok: true, value: { signed: 1 } });
});

test('S-12: a copy that was signed once is not signed again', async () => {
  await signCopy(scan);
  const once = await signedBytes();

  await signCopy(once);

  expect(world.describe()).toMatchObject({
    value: { items: [{ state: 'failed', failure: 'signing.copy-signed' }] },
  });
});

test.each([
  ['has no number', { state: 'choCapSo', codeNumber: null }],
  ['is for paper', { to: 'giay' }],
])('§9.5: a copy that %s waits for no digital signature', async (_why, over) => {
  const { begun } = await signCopy(scan, over);

  expect(begun.ok).toBe(false);
});

test('K-6: the leader’s token signs no copy', async () => {
  await renew();
  const id = await world.addCopy(scan);
  world.begin('copy', [id]);

  expect(await world.signAll(office.leader, [id])).toMatchObject({
    error: { code: 'signing.not-registered' },
  });
});

const appendixId = anId(17, 1);
const appendixPdf = fixture('libreoffice-writer.pdf');

async function signAppendix(main: Uint8Array, over: object = {}) {
  await renew();
  const hash = await world.deps.files.put(new Uint8Array(appendixPdf));
  if (!hash.ok) throw new Error(hash.error.code);
  const file = { ...aFile('phu-luc.pdf'), sha256: hash.value, role: 'phuLuc' };
  const documentId = await world.addDocument(main, {
    ...waitingForSeal(main),
    state: 'daDongDau',
    appendices: [{ id: appendixId, file, isSigned: false }],
    ...over,
  });
  const begun = world.begin('appendix', [appendixId]);
  if (!begun.ok) return { documentId, begun };
  return { documentId, begun, signed: await world.signAll(office.organ, [appendixId]) };
}

test(
  'S-9, van-ban.md §3.5: an appendix carries number and symbol of its sealed document in its corner',
  needs('pdftotext'),
  async () => {
    const { documentId, signed } = await signAppendix(
      issued(office, fixture('chromium-draft.pdf')),
    );

    const [appendix] = world.deps.desk.findDocument(documentId)?.appendices ?? [];
    const after = await bytesOf(appendix?.file.sha256);
    expect(signed).toEqual({ ok: true, value: { signed: 1 } });
    expect(world.saved).toMatchObject([
      {
        kind: 'cmd.recordAppendixSignature',
        target: { type: 'outgoingDocument', id: documentId },
        body: { appendixId },
      },
    ]);
    expect(appendix).toMatchObject({ isSigned: true });
    expect(cornerText(after)).toEqual(['05/CV-UBND', '2026-11-22T13:00:00+07:00']);
    expect(verify(after, office.trust).signatures).toMatchObject([
      { field: 'ky_phu_luc', kind: 'appendix', integrity: 'intact', trust: 'trusted' },
    ]);
  },
);

test('van-ban.md §3.5: no appendix is signed before its document carries the organ’s sound signature', async () => {
  await signAppendix(readyPdf);

  expect(world.describe()).toMatchObject({
    value: { items: [{ state: 'failed', failure: 'signing.seal-missing' }] },
  });
  const begun = (
    await signAppendix(issued(office, fixture('chromium-draft.pdf')), { state: 'daCapSo' })
  ).begun;
  expect(begun).toMatchObject({ ok: false, error: { code: 'outgoing.wrong-state' } });
});
