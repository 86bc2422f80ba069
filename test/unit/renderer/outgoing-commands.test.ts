import { expect, test } from 'vitest';
import { OutgoingDocument, OutgoingDraft } from '@shared/domain/document/outgoing-document';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import { findAct } from '@shared/sync/acts/acts';
import {
  changesOf,
  editDraft,
  saveDraft,
} from '../../../src/renderer/features/outgoing/commands/save-draft';
import { takeStep } from '../../../src/renderer/features/outgoing/commands/take-step';
import { recipientFrom } from '../../../src/renderer/features/outgoing/draft-form';
import { createFakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { outgoingContent, outgoingIds } from '../../support/outgoing-sample';

const id = outgoingIds.document(1);
const file = AttachedFile.parse({
  sha256: 'ab'.repeat(32),
  name: 'du-thao.docx',
  sizeBytes: 9,
  mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  role: 'duThao',
});
const pdf = AttachedFile.parse({
  sha256: 'cd'.repeat(32),
  name: 'trinh-ky.pdf',
  sizeBytes: 9,
  mime: 'application/pdf',
  role: 'chinh',
});
const document = OutgoingDocument.parse(outgoingContent({ drafts: [file] }));
const detail = { id, rev: 3, document };
const aBridge = () => createFakeBridge({ session: signedInState(), online: false });

test('"Lưu và trình" saves the draft and hands it on in one call, its files named', async () => {
  const bridge = aBridge();
  const draft = OutgoingDraft.parse(document);

  const saved = await saveDraft(bridge, {
    draft,
    role: 'chuyenVien',
    documentId: id,
    submit: true,
  });

  expect(saved.ok).toBe(true);
  expect(bridge.calls.filter(({ channel }) => channel === 'operations.append')).toHaveLength(1);
  expect(bridge.appended).toMatchObject([
    { kind: 'create', role: 'chuyenVien', files: [file.sha256], base: null },
    { kind: 'cmd.submitDraft', body: {} },
  ]);
});

test('a correction says what was seen, what is wanted, and what came and went in lists', () => {
  const other = { agencyCode: null, name: 'Công an xã', kind: 'chinh', channel: 'giay' } as const;
  const wanted = OutgoingDraft.parse({
    ...document,
    subject: 'Kế hoạch đã sửa',
    recipients: [other],
  });

  expect(changesOf(document, wanted)).toEqual({
    set: { subject: { was: document.subject, now: 'Kế hoạch đã sửa' } },
    add: { recipients: [other] },
    remove: { recipients: document.recipients },
    seen: { recipients: [] },
  });
  expect(changesOf(document, OutgoingDraft.parse(document))).toBeNull();
});

test('handing on an unchanged draft saves no correction', async () => {
  const bridge = aBridge();
  const wanted = OutgoingDraft.parse(document);
  const edit = { documentId: id, rev: 3, seen: document, wanted, role: 'chuyenVien' } as const;

  await editDraft(bridge, { ...edit, submit: true });

  expect(bridge.appended).toMatchObject([{ kind: 'cmd.submitDraft', base: 3 }]);
});

test.each([
  [{ step: 'approveContent', opinion: '' }, { opinion: null }],
  [
    { step: 'approveFormat', pdf, opinion: ' Đạt ' },
    { pdf, opinion: 'Đạt' },
  ],
  [{ step: 'returnDraft', reason: ' Sai căn cứ ' }, { reason: 'Sai căn cứ' }],
  [{ step: 'dropDraft', reason: '' }, { reason: '' }],
  [
    { step: 'requestNumber', registerId: outgoingIds.register, code: null },
    { registerId: outgoingIds.register },
  ],
] as const)('the step %o carries the body that the act reads', async (given, body) => {
  const bridge = aBridge();

  await takeStep(bridge, detail, 'vanThu', given);

  const [operation] = bridge.appended;
  expect(operation).toMatchObject({ kind: `cmd.${given.step}`, body, base: 3, role: 'vanThu' });
  expect(
    findAct('outgoingDocument', `cmd.${given.step}`)?.parse(operation?.body ?? {}),
  ).toBeDefined();
  expect(operation?.files).toEqual(given.step === 'approveFormat' ? [pdf.sha256] : undefined);
});

test('a recipient with an office of this installation is reached electronically, others on paper', () => {
  const agency = { id, code: 'H01.20', name: 'Sở Nội vụ', officeId: null };
  const connected = { ...agency, code: 'H01.30', name: 'UBND xã Bình Minh', officeId: id } as never;

  expect(recipientFrom('so noi vu', [agency, connected])).toMatchObject({
    agencyCode: 'H01.20',
    channel: 'giay',
  });
  expect(recipientFrom('UBND xã Bình Minh', [agency, connected])).toMatchObject({
    channel: 'lienThong',
  });
  expect(recipientFrom('Ông Nguyễn Văn A', [])).toMatchObject({
    agencyCode: null,
    channel: 'giay',
  });
  expect(recipientFrom('  ', [])).toBeUndefined();
});
