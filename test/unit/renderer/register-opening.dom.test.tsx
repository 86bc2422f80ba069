import { act, type ReactNode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { NEW_CUSTODY, type Custody } from '@shared/domain/register/custody';
import { holdingOf } from '@shared/domain/register/number-queue';
import { RegisterBookPage, RegistersPage } from '../../../src/renderer/features/registers';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import {
  button,
  eventually,
  field,
  pageText,
  press,
  showPage,
  tick,
  typeText,
} from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const printed = () => document.querySelector('[data-print-sheet]')?.textContent ?? '';

const somebody = '00000000-0000-4000-8a04-000000000009';

async function show(
  page: ReactNode,
  custody: Partial<Custody> = {},
  records: Parameters<FakeBridge['seed']>[0] = [],
): Promise<FakeBridge> {
  const bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed([
    ...referenceRecords().map((record) =>
      record.type === 'register'
        ? {
            ...record,
            content: {
              ...record.content,
              holding: holdingOf({ ...NEW_CUSTODY, ...custody }, 0),
            },
          }
        : record,
    ),
    ...records,
  ]);
  ({ close } = await showPage(bridge, page));
  return bridge;
}

const book = <RegisterBookPage id={sampleIds.register} onClose={() => undefined} />;
const registers = <RegistersPage onOpenBook={() => undefined} onOpenDocument={() => undefined} />;

const opening = (proposedBy: string): Partial<Custody> => ({
  opening: {
    lastNumber: 120,
    lastDate: '2026-06-30' as never,
    source: 'Sổ giấy quyển 2, tủ văn thư',
    scanSha256: 'ab'.repeat(32) as never,
    proposedBy: proposedBy as never,
    at: '2026-07-01T03:00:00.000Z',
  },
});

test('mid-year opening: number, day, source and scan are all asked for, and the scan travels with the act', async () => {
  const bridge = await show(book);
  await eventually(() => button('Mở nối tiếp sổ cũ…'));
  await press('Mở nối tiếp sổ cũ…');
  await eventually(() => field('lastNumber'));
  await press('Đề nghị mở sổ');
  expect(pageText()).toContain('không nhỏ hơn 1');
  expect(pageText()).toContain('Hãy ghi ngày trong năm 2026');
  expect(pageText()).toContain('Hãy ghi rõ sổ cũ là sổ nào');
  expect(pageText()).toContain('Hãy thêm bản quét trang cuối');
  await typeText(field('lastNumber'), '120');
  await typeText(field('lastDate'), '30/06/2026');
  await typeText(field('source'), 'Sổ giấy quyển 2');
  await tick(field('notSecretConfirmed'));
  const input = document.querySelector<HTMLInputElement>('input[type="file"]') as HTMLInputElement;
  const scan = new File([new Uint8Array(100)], 'trang-cuoi.pdf', { type: 'application/pdf' });
  Object.defineProperty(input, 'files', { value: [scan] });
  await act(async () => {
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await eventually(() => !pageText().includes('Hãy thêm bản quét trang cuối'));
  await press('Đề nghị mở sổ');
  await eventually(() => bridge.appended.length === 1);

  const [operation] = bridge.appended;
  expect(operation).toMatchObject({
    kind: 'cmd.proposeOpening',
    role: 'vanThu',
    body: { lastNumber: 120, lastDate: '2026-06-30', source: 'Sổ giấy quyển 2' },
  });
  expect(operation?.files).toEqual([operation?.body['scanSha256']]);
});

test('mid-year opening: the person who proposed it does not confirm it', async () => {
  await show(book, opening(sampleIds.clerk));
  await eventually(() => pageText().includes('Người thứ hai phải xem bản quét'));

  expect(button('Xác nhận mở sổ')).toBeUndefined();
});

test('mid-year opening: a second person confirms, and the minute names number, day and source', async () => {
  const bridge = await show(book, opening(somebody));
  await eventually(() => button('Xác nhận mở sổ'));
  await press('In biên bản…');
  await eventually(() => printed().includes('BIÊN BẢN MỞ SỔ NỐI TIẾP SỔ CŨ'));
  expect(printed()).toContain('Số cuối cùng của sổ cũ: 120, ngày 30/06/2026');
  expect(printed()).toContain('bắt đầu từ số 121');
  await press('Quay lại');
  await press('Xác nhận mở sổ');
  await eventually(() => pageText().includes('Đã xem bản quét và thấy số cuối cùng là 120'));
  await press('Xác nhận mở sổ');

  expect(bridge.appended[0]).toMatchObject({ kind: 'cmd.confirmOpening', role: 'vanThu' });
});

test('mid-year opening: a book with numbers is not offered another beginning', async () => {
  await show(book, { openedAfter: 120, ...opening(somebody) });
  await eventually(() => pageText().includes('bắt đầu từ số 121'));

  expect(button('Mở nối tiếp sổ cũ…')).toBeUndefined();
  expect(button('Xác nhận mở sổ')).toBeUndefined();
});

test('§9.5 step 2: the minute of a recall says the last number, and that the machine is collected', async () => {
  await show(registers, {
    state: 'DEVICE',
    holderName: 'Máy một cửa',
    recall: {
      lastIssued: 57,
      proposedBy: sampleIds.clerk as never,
      at: '2026-07-01T03:00:00.000Z',
    },
  });
  await eventually(() => button('In biên bản…'));
  await press('In biên bản…');
  await eventually(() => printed().includes('BIÊN BẢN THU HỒI SỔ'));

  expect(printed()).toContain('văn bản đã phát hành: 57');
  expect(printed()).toContain('Người đề nghị: Nguyễn Thị Hạnh');
  expect(printed()).toContain('phải được thu về');
});

test('§9.3: the slip for numbers on paper warns that another machine may have gone further', async () => {
  const waiting = {
    type: 'incomingDocument' as const,
    id: sampleIds.document(1),
    content: incomingContent(1, { arrivalNumber: null, state: 'moiDen', subject: 'Chờ số' }),
  };
  const entry = {
    type: 'registerEntry' as const,
    id: sampleIds.document(900),
    content: {
      registerId: sampleIds.register,
      number: 41,
      date: '2026-03-02',
      documentId: sampleIds.document(2),
      givenBy: sampleIds.clerk,
      kind: 'document',
      note: null,
      keptFor: null,
    },
  };
  await show(registers, {}, [waiting, entry]);
  await eventually(() => button('Cấp số trên giấy…'));
  await press('Cấp số trên giấy…');
  await eventually(() => printed().includes('Sổ văn bản đến UBND 2026: 41'));

  expect(printed()).toContain('máy khác có thể đã cấp số lớn hơn');
  expect(printed()).toContain('Chờ số');
});
