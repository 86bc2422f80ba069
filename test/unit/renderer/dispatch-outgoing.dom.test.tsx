import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import { Agency } from '@shared/domain/organ/organ';
import type { Recipient } from '@shared/domain/document/outgoing-document';
import { OutgoingDetailPage } from '../../../src/renderer/features/outgoing';
import { wayTo } from '../../../src/renderer/features/outgoing/recipient-way';
import { anId } from '../../support/core-builders';
import { createFakeBridge } from '../../support/fake-bridge';
import { referenceRecords, sampleIds, signedInState } from '../../support/office-sample';
import { draftingRecords, outgoingContent, outgoingIds } from '../../support/outgoing-sample';
import { eventually, showPage } from '../../support/page-harness';

const linked = Agency.parse({
  id: anId(12, 1),
  code: 'H99.77',
  name: 'UBND xã Bên',
  officeId: anId(1, 2),
});
const to = (name: string, channel: Recipient['channel'], agencyCode: string | null): Recipient => ({
  agencyCode,
  name,
  kind: 'chinh',
  channel,
});
const recipients = [
  to('UBND xã Bên', 'lienThong', linked.code),
  to('Sở Nội vụ', 'lienThong', 'H99.2'),
  to('Trưởng thôn Đông', 'giay', null),
];
const sealed = (over: object = {}) =>
  outgoingContent({
    state: 'daDongDau',
    recipients,
    codeNumber: 12,
    codeDisplay: '12/KH-UBND',
    issuedDate: '2026-03-02',
    finalPdf: {
      sha256: 'cd'.repeat(32),
      name: 'dong-dau.pdf',
      sizeBytes: 9,
      mime: 'application/pdf',
      role: 'chinh',
    },
    ...over,
  });

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function showDocument(content = sealed()) {
  const bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed([
    ...referenceRecords(),
    ...draftingRecords(),
    { type: 'agency', id: linked.id, content: { ...linked } },
    { type: 'outgoingDocument', id: outgoingIds.document(1), content },
  ]);
  ({ close } = await showPage(
    bridge,
    <OutgoingDetailPage
      id={outgoingIds.document(1)}
      onClose={() => undefined}
      onEdit={() => undefined}
    />,
  ));
  return bridge;
}
const text = () => document.body.textContent ?? '';
const buttons = () =>
  [...document.querySelectorAll('button')].filter((found) => found.textContent === 'Phát hành');
const section = (name: string) => document.querySelector(`section[aria-label="${name}"]`);

test('VB023: only an agency of this installation is reached over the line', () => {
  const directory = [linked, { ...linked, code: 'H99.2', officeId: null }];

  expect(recipients.map((recipient) => wayTo(recipient, directory))).toEqual([
    'lienThong',
    'notLinked',
    'giay',
  ]);
});

test('doc §9.5: the clerk sees what becomes of each recipient, then dispatches', async () => {
  const bridge = await showDocument();
  const open = await eventually(() => buttons()[0]);
  await act(async () => open.click());
  await eventually(() => section('Gửi liên thông'));
  const shown = ['Gửi liên thông', 'Chưa nối liên thông với hệ thống này', 'Bản giấy'].map(
    (way) => section(way)?.querySelector('li')?.textContent,
  );

  await act(async () => buttons().at(-1)?.click());
  await eventually(() => text().includes('Chờ gửi'));

  expect(shown).toEqual(['UBND xã Bên', 'Sở Nội vụ', 'Trưởng thôn Đông']);
  expect(bridge.appended).toMatchObject([{ kind: 'cmd.dispatch', role: 'vanThu', body: {} }]);
  expect(text()).toContain('Đã phát hành');
  expect(buttons()).toEqual([]);
});

test('doc §4.3: the sender reads why a receiver refused', async () => {
  const delivery = {
    deliveryId: anId(11, 1),
    recipientCode: linked.code,
    state: 'tuChoi',
    at: '2026-03-03T01:00:00.000Z',
    reason: 'Gửi sai nơi nhận',
  };
  await showDocument(sealed({ state: 'daPhatHanh', deliveries: [delivery] }));

  await eventually(() => text().includes('Nơi nhận từ chối'));
  expect(text()).toContain('Gửi sai nơi nhận');
});

test('a document of an older program, without deliveries, is shown as before', async () => {
  const { deliveries: _none, dispatchRequestedAt: _never, ...older } = sealed();
  await showDocument({ ...older, organId: sampleIds.organ });

  await eventually(() => buttons()[0]);
});
