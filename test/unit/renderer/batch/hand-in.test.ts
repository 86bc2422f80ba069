import { expect, test } from 'vitest';
import { findDocumentType } from '@shared/domain/document/document-type';
import { Register } from '@shared/domain/register/register';
import type { Column } from '../../../../src/renderer/features/batch-entry/batch-row';
import { checkRow, writtenOut } from '../../../../src/renderer/features/batch-entry/check-row';
import {
  findHandedIn,
  handIn,
  type Paper,
} from '../../../../src/renderer/features/batch-entry/commands/hand-in';
import { createFakeBridge } from '../../../support/fake-bridge';
import { referenceRecords, sampleIds, signedInState } from '../../../support/office-sample';
import { aRow, settings, today } from './batch-sample';

const registers = [Register.parse(referenceRecords()[0]?.content)];
const context = { today, settings, registers, agencies: [] };

function aPaper(n: number): Paper {
  const row = aRow(n);
  const { registration } = checkRow(row, context);
  if (!registration) throw new Error('a valid row');
  return { id: row.id, registration, role: 'vanThu' };
}

function aDesk() {
  const bridge = createFakeBridge({ session: signedInState(), online: false });
  bridge.seed(referenceRecords());
  const gone: string[] = [];
  const removed: string[] = [];
  const held: string[] = [];
  const deps = {
    bridge,
    workbench: {
      save: async (changes: readonly { readonly rowId: string }[]) => {
        removed.push(...changes.map(({ rowId }) => rowId));
        return { ok: true as const, value: undefined };
      },
    },
    findHeldIds: async (ids: readonly string[]) => ids.filter((id) => held.includes(id)),
    onGone: (ids: readonly string[]) => void gone.push(...ids),
  };
  const creates = () => bridge.appended.filter(({ kind }) => kind === 'create');
  return { bridge, deps, gone, removed, held, creates };
}

test('each paper is saved with the request for its number, under the id of its row', async () => {
  const { bridge, deps, gone } = aDesk();
  const papers = [aPaper(1), aPaper(2)];
  const outcome = await handIn(deps, papers);

  expect(outcome).toEqual({ ids: papers.map(({ id }) => id), failure: undefined });
  expect(bridge.appended.map(({ kind, target }) => [kind, target.id])).toEqual(
    papers.flatMap(({ id }) => [
      ['create', id],
      ['cmd.requestNumber', id],
    ]),
  );
  expect(gone).toEqual(outcome.ids);
});

test('I-2: a second hand-in of the same row is seen and only leaves the batch', async () => {
  const { deps, removed, creates } = aDesk();
  await handIn(deps, [aPaper(1)]);
  const again = await handIn(deps, [aPaper(1), aPaper(2)]);

  expect(again.ids).toHaveLength(2);
  expect(creates().map(({ target }) => target.id)).toEqual([aPaper(1).id, aPaper(2).id]);
  expect(removed).toContain(aPaper(1).id);
});

test('I-2: a row whose document the server has already sent back to us is not handed in again', async () => {
  const { deps, held, creates } = aDesk();
  held.push(aPaper(1).id);
  const outcome = await handIn(deps, [aPaper(1)]);

  expect(outcome.ids).toEqual([aPaper(1).id]);
  expect(creates()).toEqual([]);
});

test('I-2: after a death between the append and the removal, the row is known to be a document', async () => {
  const { deps } = aDesk();
  await handIn({ ...deps, workbench: { save: () => Promise.reject(new Error('died')) } }, [
    aPaper(1),
  ]).catch(() => undefined);

  expect(await findHandedIn(deps, [aPaper(1).id, aPaper(2).id])).toEqual({
    ok: true,
    value: new Set([aPaper(1).id]),
  });
});

test('long work goes in pieces of at most 500 acts; a refusal stops it and keeps the rest', async () => {
  const { bridge, deps, gone } = aDesk();
  const papers = Array.from({ length: 120 }, (_, n) => aPaper(n + 1));
  const calls = () => bridge.calls.filter(({ channel }) => channel === 'operations.append');
  const progress: number[] = [];
  const outcome = await handIn(
    {
      ...deps,
      onGone: (ids) => {
        deps.onGone(ids);
        progress.push(gone.length);
        if (gone.length === 100)
          bridge.failNext('operations.append', { code: 'journal.disk-full' });
      },
    },
    papers,
  );

  expect(progress).toEqual([50, 100]);
  expect(calls()).toHaveLength(3);
  for (const { input } of calls())
    expect((input as { drafts: unknown[] }).drafts.length).toBeLessThanOrEqual(500);
  expect(outcome.ids).toHaveLength(100);
  expect(outcome.failure).toEqual({ code: 'journal.disk-full' });
});

const errorOf = (column: Column, text: string) =>
  checkRow(aRow(1, { [column]: text }), context).errors[column];

test.each([
  ['subject', 'abc', 'Vui lòng nhập trích yếu nội dung văn bản (từ 5 đến 500 ký tự).'],
  ['arrivalDate', '23/11/2026', 'Ngày đến không được ở tương lai.'],
  ['documentType', 'gì đó', 'Vui lòng chọn loại văn bản.'],
  ['dueDate', '01/11/2026', 'Thời hạn giải quyết không được trước ngày đến.'],
  ['issuedDate', '3213', 'Ngày không đúng. Gõ ngày, tháng, năm, ví dụ 21/11/2026.'],
  ['priority', 'gấp', 'Độ khẩn là Thường, Khẩn, Thượng khẩn hoặc Hỏa tốc.'],
] as const)(
  'VB001, VB003, VB007, VB013: %s "%s" is named in the words of the form',
  (column, text, message) => {
    expect(errorOf(column, text)).toBe(message);
  },
);

test('corrections 1: a date after the arrival warns and needs a note; with one the paper goes', () => {
  const without = checkRow(aRow(1, { issuedDate: '23/11/2026' }), context);
  const withNote = checkRow(
    aRow(1, { issuedDate: '23/11/2026', note: 'Ghi như bản gốc' }),
    context,
  );

  expect(without.registration).toBeUndefined();
  expect(without.errors.note).toContain('23/11/2026');
  expect(withNote.warnings.issuedDate).toContain('23/11/2026');
  expect(withNote.registration?.issuedDate).toBe('2026-11-23');
});

test('corrections 1: "không" in the place of a date is a paper without one', () => {
  const { registration } = checkRow(aRow(1, { issuedDate: 'khong' }), context);

  expect(registration?.issuedDate).toBeNull();
  expect(writtenOut('issuedDate', 'khong', today)).toBe('Không ghi ngày');
});

test('what was meant is written out when a cell is left, and anything else is left alone', () => {
  expect(writtenOut('arrivalDate', '2111', today)).toBe('21/11/2026');
  expect(writtenOut('documentType', 'BC', today)).toBe(findDocumentType('BC')?.name);
  expect(writtenOut('priority', 'k', today)).toBe('Khẩn');
  expect(writtenOut('subject', '2111', today)).toBeUndefined();
  expect(writtenOut('dueDate', '99', today)).toBeUndefined();
});

test('the registration says what the row says', () => {
  const { registration } = checkRow(aRow(3, { priority: 'Hỏa tốc', pageAmount: '4' }), context);

  expect(registration).toMatchObject({
    organId: sampleIds.organ,
    codeDisplay: '3/SNV-VP',
    codeNumber: '3',
    documentTypeId: 'CV',
    priority: 3,
    pageAmount: 4,
    notSecretConfirmed: true,
  });
});
