import { expect, test } from 'vitest';
import { IncomingDocument, IncomingRegistration } from '@shared/domain/document/incoming-document';
import {
  correctIncoming,
  correctionOf,
} from '../../../src/renderer/features/incoming/commands/correct-incoming';
import { createFakeBridge } from '../../support/fake-bridge';
import { incomingContent, sampleIds, signedInState } from '../../support/office-sample';

const seen = IncomingDocument.parse(incomingContent(4));
const wanted = (over: object = {}) =>
  IncomingRegistration.parse({ ...incomingContent(4), ...over });

test('a correction carries only what changed, each with what the clerk saw', () => {
  expect(correctionOf(seen, wanted({ subject: 'Trích yếu đã sửa', note: 'Ghi nhầm' }))).toEqual({
    subject: { was: seen.subject, now: 'Trích yếu đã sửa' },
    note: { was: null, now: 'Ghi nhầm' },
  });
});

test('arrival date and register are fixed once registered: a correction never touches them', () => {
  expect(correctionOf(seen, wanted({ arrivalDate: '2026-02-01' }))).toEqual({});
});

test('a correction names the revision the clerk was looking at; nothing is saved when nothing differs', async () => {
  const bridge = createFakeBridge({ session: signedInState() });
  const base = { documentId: sampleIds.document(4), rev: 3, seen, role: 'vanThu' } as const;

  const unchanged = await correctIncoming(bridge, { ...base, wanted: wanted() });
  const changed = await correctIncoming(bridge, { ...base, wanted: wanted({ pageAmount: 9 }) });

  expect(unchanged).toEqual({ ok: true, value: { saved: false } });
  expect(changed).toEqual({ ok: true, value: { saved: true } });
  expect(bridge.appended.map(({ kind, base: rev }) => [kind, rev])).toEqual([['patch', 3]]);
});
