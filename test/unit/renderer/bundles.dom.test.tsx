import { afterEach, expect, test } from 'vitest';
import type { Bridge } from '@shared/ipc/contract';
import { err, ok, type Result } from '@shared/kernel/result';
import { MakeBundle, TakeBundle } from '../../../src/renderer/features/bundles';
import { createFakeBridge } from '../../support/fake-bridge';
import { sampleIds, signedInState } from '../../support/office-sample';
import { button, eventually, pageText, press, showPage } from '../../support/page-harness';

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

/** The page over a main whose answers to these calls are given; what was asked. */
async function show(
  page: Parameters<typeof showPage>[1],
  answers: Readonly<Record<string, Result<unknown>>>,
) {
  const fake = createFakeBridge({ session: signedInState() });
  const asked: (readonly [string, unknown])[] = [];
  const call = (async (channel, input) => {
    asked.push([channel, input]);
    return answers[channel] ?? fake.call(channel, input);
  }) as Bridge['call'];
  ({ close } = await showPage({ ...fake, call }, page));
  return asked;
}
const id = '00000000-0000-4000-8c01-000000000001';
const target = { type: 'outgoingDocument', id } as const;
const document_ = <MakeBundle type="outgoingDocument" documentId={id} />;
const made = ok({ operations: 3, files: 1, sizeBytes: 20_480 });

test('§20: a bundle for the whole office is made from the document’s page, and what is in it is told', async () => {
  const asked = await show(document_, {
    'bundle.answerable': ok({ by: null }),
    'bundle.make': made,
  });
  await press('Lập gói trình ký / chuyển tay');
  await eventually(() => button('Chọn nơi ghi và lập gói…'));
  expect(pageText()).toContain('chỉ người trong cơ quan có quyền với văn bản mới mở được');
  await press('Chọn nơi ghi và lập gói…');

  await eventually(() => pageText().includes('Đã ghi và đọc lại gói: 3 việc, 1 tệp'));
  expect(asked).toContainEqual(['bundle.make', { target, receiver: null, isAnswer: false }]);
});

test('§20: what came in a bundle is answered with what is new alone', async () => {
  const asked = await show(document_, {
    'bundle.answerable': ok({ by: sampleIds.clerk }),
    'bundle.make': made,
  });
  await press('Lập gói trình ký / chuyển tay');
  await eventually(() => pageText().includes('Gói trả lời chỉ gồm phần mới'));
  await press('Chọn nơi ghi và lập gói…');

  await eventually(() => pageText().includes('Đã ghi và đọc lại gói'));
  expect(asked).toContainEqual(['bundle.make', { target, receiver: null, isAnswer: true }]);
});

test('§20: a bundle that is taken opens its document; one that is not says why and what to do', async () => {
  const opened: unknown[] = [];
  const page = <TakeBundle onTaken={(taken) => opened.push(taken)} />;
  const taken = { target, by: sampleIds.clerk, madeAt: 0, operations: 2, unread: 0, files: 1 };
  await show(page, { 'bundle.take': ok(taken) });
  await press('Nhận gói chuyển tay…');
  await eventually(() => opened.length > 0);
  expect(opened).toEqual([target]);
  await close();

  await show(page, { 'bundle.take': err({ code: 'bundle.damaged' }) });
  await press('Nhận gói chuyển tay…');
  await eventually(() => pageText().includes('Gói bị hỏng, bị cắt ngắn hoặc đã bị sửa.'));
  expect(pageText()).toContain('nhờ người gửi lập lại gói');
  expect(pageText()).toContain('GT-005');
  expect(opened).toHaveLength(1);
});
